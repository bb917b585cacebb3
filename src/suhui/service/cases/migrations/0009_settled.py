from django.db import migrations

from suhui.platform.core.settled import watch


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_tags_index"), ("core", "0004_revisions")]
    operations = [watch("cases", "cases_kindfield", "cases_checklisttemplate")]
