from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

ASKED = ["branch", "responsible_branch", "owner", "state"]


class Migration(migrations.Migration):
    """Each order of the work list from an index that also holds what scope and state ask."""

    atomic = False
    dependencies = [("cases", "0011_reviews")]

    operations = [
        AddIndexConcurrently(
            "case", models.Index(fields=["next_due_at", "-priority", "id"], name="case_by_urgency", include=ASKED)
        ),
        AddIndexConcurrently("case", models.Index(fields=["-opened_at", "-id"], name="case_by_age", include=ASKED)),
        AddIndexConcurrently(
            "case", models.Index(fields=["-last_entry_at", "-id"], name="case_by_change", include=ASKED)
        ),
        RemoveIndexConcurrently("case", "case_opened"),
    ]
