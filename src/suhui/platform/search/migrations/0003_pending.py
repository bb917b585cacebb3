import django.contrib.postgres.indexes
from django.db import migrations, models

class Migration(migrations.Migration):
    """New tokens wait in a short list and are put into the index by the hundred: a scan that moves a parcel's entry
    to another day costs a sixth. The list is read with every search, so it is kept at half a megabyte."""

    dependencies = [("search", "0002_found")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX searchentry_found SET (fastupdate = on, gin_pending_list_limit = 512)",
                    "ALTER INDEX searchentry_found SET (fastupdate = off)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="searchentry", name="searchentry_found"),
                migrations.AddIndex(
                    model_name="searchentry",
                    index=django.contrib.postgres.indexes.GinIndex(
                        models.F("vector"),
                        models.Func("branch_ids", "department_ids", "owner_ids", "everyone", function="search_readers"),
                        models.Func("at", function="search_days"),
                        fastupdate=True,
                        gin_pending_list_limit=512,
                        name="searchentry_found",
                    ),
                ),
            ],
        )
    ]
