from django.db import migrations

from suhui.platform.core.settled import watch

TABLES = ("calendar", "weekspan", "handday", "nationalday", "holidayyear", "branchcalendar")


class Migration(migrations.Migration):
    dependencies = [("calendars", "0002_shipped"), ("core", "0004_revisions")]
    operations = [watch("calendars", *(f"calendars_{table}" for table in TABLES))]
