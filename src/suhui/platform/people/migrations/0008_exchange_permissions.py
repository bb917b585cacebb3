from django.db import migrations

LEADING = ["data.import", "data.import_undo", "data.export", "data.export_watch"]
LEADERS = [
    "follow-up-director",
    "service-supervisor",
    "call-centre-supervisor",
    "after-service-supervisor",
    "service-manager",
    "department-manager",
    "retention-manager",
    "branch-manager",
]
GIVEN = {
    **{code: LEADING for code in LEADERS},
    "crm-officer": ["data.import", "data.export"],
    "administrator": [*LEADING, "personal_data.export"],
}
NEW = {*LEADING, "personal_data.export"}


def give(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.filter(code__in=GIVEN):
        new = [permission for permission in GIVEN[role.code] if permission not in role.permissions]
        if new:
            role.permissions = [*role.permissions, *new]
            role.save(update_fields=["permissions"])


def take(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.filter(permissions__overlap=sorted(NEW)):
        role.permissions = [permission for permission in role.permissions if permission not in NEW]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("people", "0007_api_permissions")]
    operations = [migrations.RunPython(give, take)]
