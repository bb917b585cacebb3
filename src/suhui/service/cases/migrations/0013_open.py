from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

ASKED = ["branch", "responsible_branch", "owner", "state", "next_warn_at", "kind", "channel", "tags"]
OPEN = ["executing", "in_progress", "new", "proposed", "reopened", "waiting_customer", "waiting_department"]


class Migration(migrations.Migration):
    """The numbers beside the views are counted in one index, without the rows."""

    atomic = False
    dependencies = [("cases", "0012_orders_of_the_list")]

    operations = [
        AddIndexConcurrently(
            "case",
            models.Index(
                fields=["next_due_at", "-priority", "id"],
                name="case_open",
                condition=models.Q(state__in=OPEN),
                include=ASKED,
            ),
        ),
        RemoveIndexConcurrently("case", "case_urgency"),
    ]
