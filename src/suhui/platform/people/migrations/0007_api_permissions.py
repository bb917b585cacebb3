from django.db import migrations

GIVEN = {"administrator": ["api.use", "api.manage"], "service-manager": ["api.use"], "department-manager": ["api.use"]}


def give(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.filter(code__in=GIVEN):
        new = [permission for permission in GIVEN[role.code] if permission not in role.permissions]
        if new:
            role.permissions = [*role.permissions, *new]
            role.save(update_fields=["permissions"])


def take(apps, schema_editor):
    for role in apps.get_model("people", "Role").objects.filter(permissions__overlap=["api.use", "api.manage"]):
        role.permissions = [permission for permission in role.permissions if not permission.startswith("api.")]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("people", "0006_own_password_and_left_presence")]
    operations = [migrations.RunPython(give, take)]
