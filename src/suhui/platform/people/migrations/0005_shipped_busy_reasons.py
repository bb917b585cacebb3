from django.db import migrations

REASONS = [
    ("会议", "Meeting"),
    ("培训", "Training"),
    ("处理疑难件", "Difficult parcel"),
    ("与主管沟通", "Talk with the supervisor"),
    ("外出", "Out of office"),
]


def ship(apps, schema_editor):
    BusyReason = apps.get_model("people", "BusyReason")
    for order, (name, english_name) in enumerate(REASONS):
        BusyReason.objects.get_or_create(name=name, defaults={"english_name": english_name, "order": order})


def unship(apps, schema_editor):
    BusyReason = apps.get_model("people", "BusyReason")
    BusyReason.objects.filter(name__in=[name for name, _english in REASONS]).delete()


class Migration(migrations.Migration):
    dependencies = [("people", "0004_busy_reason")]
    operations = [migrations.RunPython(ship, unship)]
