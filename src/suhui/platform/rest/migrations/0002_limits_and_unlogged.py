from django.db import migrations

SHIPPED = {"read": 600, "write": 300, "bulk": 60}


def ship(apps, schema_editor):
    Limit = apps.get_model("rest", "Limit")
    for pace, per_minute in SHIPPED.items():
        Limit.objects.get_or_create(pace=pace, defaults={"per_minute": per_minute})


def unship(apps, schema_editor):
    apps.get_model("rest", "Limit").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("rest", "0001_initial")]
    operations = [
        migrations.RunSQL("ALTER TABLE rest_bucket SET UNLOGGED", "ALTER TABLE rest_bucket SET LOGGED"),
        migrations.RunPython(ship, unship),
    ]
