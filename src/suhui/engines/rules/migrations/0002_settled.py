from django.db import migrations

from suhui.platform.core.settled import watch


class Migration(migrations.Migration):
    dependencies = [("rules", "0001_initial"), ("core", "0004_revisions")]
    operations = [watch("rules", "rules_version")]
