from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0007_tags_and_views")]

    operations = [AddIndexConcurrently("case", GinIndex(fields=["tags"], name="case_tags"))]
