"""Write down the carriers every installation knows."""

from django.db import migrations

from suhui.records.shipments.patterns import CARRIERS


def ship(apps, schema_editor):
    carriers = apps.get_model("shipments", "Carrier").objects
    for place, row in enumerate(CARRIERS, start=1):
        carriers.get_or_create(
            code=row.code,
            defaults={
                "name": row.name,
                "english_name": row.english_name,
                "phone": row.phone,
                "kuaidi100_code": row.kuaidi100,
                "kdniao_code": row.kdniao,
                "asks_phone_tail": row.asks_phone_tail,
                "order": 10 * place,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("shipments", "0001_initial")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
