from django.db import migrations

from suhui.platform.core.settled import watch


class Migration(migrations.Migration):
    dependencies = [("sla", "0002_shipped"), ("core", "0004_revisions")]
    operations = [watch("sla", "sla_policy", "sla_target", "sla_escalation")]
