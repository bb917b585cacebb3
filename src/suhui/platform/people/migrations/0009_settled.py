from django.db import migrations

from suhui.platform.core.settled import watch


class Migration(migrations.Migration):
    """Where branches hang is asked with every request and for every push to an open page."""

    dependencies = [("people", "0008_exchange_permissions"), ("core", "0004_revisions")]
    operations = [watch("people", "people_branch (path, parent_id)")]
