from django.db import migrations


def ship(apps, schema_editor):
    freshness = apps.get_model("customers", "Freshness")
    for kind in ("phone", "email", "address", "contact"):
        freshness.objects.get_or_create(kind=kind, defaults={"days": 180})


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
