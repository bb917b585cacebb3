from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What people filter the work list by stands in the indexes of its orders."""

    dependencies = [
        ('cases', '0013_open'),
        ('customers', '0002_freshness'),
        ('people', '0008_exchange_permissions'),
        ('rules', '0002_settled'),
        ('shipments', '0010_lasting'),
        ('sla', '0003_settled'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_urgency',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_age',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_by_change',
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['next_due_at', '-priority', 'id'], include=('branch', 'responsible_branch', 'owner', 'state', 'kind', 'channel', 'category', 'cause', 'tags', 'opened_at'), name='case_by_urgency'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['-opened_at', '-id'], include=('branch', 'responsible_branch', 'owner', 'state', 'kind', 'channel', 'category', 'cause', 'tags', 'priority'), name='case_by_age'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['-last_entry_at', '-id'], include=('branch', 'responsible_branch', 'owner', 'state', 'kind', 'channel', 'category', 'cause', 'tags', 'priority', 'opened_at'), name='case_by_change'),
        ),
    ]
