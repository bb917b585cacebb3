"""Write down what customers are told about each kind of exception."""

from django.db import migrations

from suhui.records.shipments.customer_words import SHIPPED


def ship(apps, schema_editor):
    rows = apps.get_model("shipments", "CustomerWords").objects
    for kind, (chinese, english) in SHIPPED.items():
        rows.get_or_create(
            kind=str(kind),
            defaults={
                "headline": chinese[0],
                "happened": chinese[1],
                "next_step": chinese[2],
                "english_headline": english[0],
                "english_happened": english[1],
                "english_next_step": english[2],
            },
        )


class Migration(migrations.Migration):
    dependencies = [("shipments", "0004_told")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
