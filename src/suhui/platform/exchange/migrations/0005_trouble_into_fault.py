from django.db import migrations


class Migration(migrations.Migration):
    """Sentences that were kept stay as they were said."""

    dependencies = [("exchange", "0004_import_fault")]

    operations = [
        migrations.RunSQL(
            "UPDATE exchange_import SET fault = jsonb_build_object('code', 'said', 'params', "
            "jsonb_build_object('value', trouble)) WHERE trouble <> ''",
            "UPDATE exchange_import SET trouble = coalesce(fault -> 'params' ->> 'value', fault ->> 'code', '')",
        )
    ]
