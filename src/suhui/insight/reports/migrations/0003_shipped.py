from django.db import migrations

from suhui.insight.reports import shipped


def ship(apps, schema_editor):
    Report, Receiver = apps.get_model("reports", "Report"), apps.get_model("reports", "Receiver")
    Role = apps.get_model("people", "Role")
    report, made = Report.objects.get_or_create(
        code=shipped.CODE, defaults={"name": shipped.NAME, "english_name": shipped.ENGLISH_NAME}
    )
    if made:
        Receiver.objects.bulk_create(
            Receiver(report=report, role=role) for role in Role.objects.filter(code__in=shipped.ROLES)
        )


def unship(apps, schema_editor):
    """The report may have runs or other receivers by now: the schema migration below takes the tables away."""


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_fixed"), ("people", "0002_shipped_posts")]
    operations = [migrations.RunPython(ship, unship)]
