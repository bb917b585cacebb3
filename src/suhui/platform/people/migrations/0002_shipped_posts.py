from django.db import migrations

from suhui.platform.people.posts import SHIPPED


def ship(apps, schema_editor):
    Role = apps.get_model("people", "Role")
    for order, post in enumerate(SHIPPED):
        Role.objects.update_or_create(
            code=post.code,
            defaults={
                "name": post.name,
                "english_name": post.english_name,
                "reach": post.reach.value,
                "permissions": [permission.value for permission in post.permissions],
                "shipped": True,
                "order": order,
            },
        )


def unship(apps, schema_editor):
    apps.get_model("people", "Role").objects.filter(shipped=True, posts=None).delete()


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(ship, unship)]
