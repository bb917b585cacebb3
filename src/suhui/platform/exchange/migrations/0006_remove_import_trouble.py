from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_trouble_into_fault")]

    operations = [migrations.RemoveField("import", "trouble")]
