from django.db import migrations, models


class Migration(migrations.Migration):
    """Why an import failed, as a code with what fills it."""

    dependencies = [("exchange", "0003_room_for_what_became")]

    operations = [migrations.AddField("import", "fault", models.JSONField(default=dict))]
