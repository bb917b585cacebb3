from django.db import migrations

from suhui.service.cases import shipped


def trees(model, rows, more):
    for order, row in enumerate(rows):
        top, _new = model.objects.update_or_create(
            code=row["code"],
            defaults={"name": row["name"], "english_name": row["en"], "order": order, "shipped": True, **more(row)},
        )
        for place, (code, name, english) in enumerate(row["sub"]):
            model.objects.update_or_create(
                code=code,
                defaults={
                    "parent": top,
                    "name": name,
                    "english_name": english,
                    "order": place,
                    "shipped": True,
                    **more(row),
                },
            )


def ship(apps, schema_editor):
    trees(
        apps.get_model("cases", "Category"),
        shipped.CATEGORIES,
        lambda row: {"severity": row["severity"], "external_codes": row["x"]},
    )
    trees(apps.get_model("cases", "Cause"), shipped.CAUSES, lambda row: {"side": row["code"]})
    field_model = apps.get_model("cases", "KindField")
    for order, (kind, key, name, english, kind_of, choices, required) in enumerate(shipped.FIELDS):
        field_model.objects.get_or_create(
            kind=kind,
            key=key,
            defaults={
                "name": name,
                "english_name": english,
                "type": kind_of,
                "choices": choices,
                "required": required,
                "order": order,
            },
        )
    point = apps.get_model("cases", "ChecklistTemplate")
    for kind, name, english, order in shipped.CHECKS:
        point.objects.get_or_create(kind=kind, name=name, defaults={"english_name": english, "order": order})
    macro = apps.get_model("cases", "Macro")
    for order, row in enumerate(shipped.MACROS):
        macro.objects.get_or_create(
            name=row["name"],
            defaults={
                "english_name": row["en"],
                "kinds": row.get("kinds", []),
                "reply": row.get("reply", ""),
                "note": row.get("note", ""),
                "actions": row["actions"],
                "order": order,
                "shipped": True,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
