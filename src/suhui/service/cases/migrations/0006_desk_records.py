"""What colleagues wrote down of a customer's words becomes the desk's own record; subjects lose phones and e-mails."""

from typing import Any

from django.db import migrations

from suhui.platform.privacy.masks import mask_text

BATCH = 2000
SHOWN = 60


def keep_records_inside(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("cases", "CaseEntry").objects
    written = entries.filter(kind__in=["opened", "message_in"], actor_kind="staff", internal=False)
    written.update(internal=True, published_at=None)


def mask_subjects(apps: Any, schema_editor: Any) -> None:
    """A subject that was cut from the text is cut anew after masking: the cut may have gone through a number."""
    cases = apps.get_model("cases", "Case").objects
    changed = []
    for case in cases.only("pk", "subject", "text").order_by("pk").iterator(BATCH):
        subject = _masked(case.subject, case.text)
        if subject != case.subject:
            case.subject = subject
            changed.append(case)
        if len(changed) == BATCH:
            cases.bulk_update(changed, ["subject"])
            changed = []
    cases.bulk_update(changed, ["subject"])


def _masked(subject: str, text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(first) > SHOWN and subject == f"{first[: SHOWN - 1]}…":
        return f"{mask_text(first)[: SHOWN - 1]}…"
    return mask_text(subject)[:120]


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_tell")]

    operations = [
        migrations.RunPython(keep_records_inside, migrations.RunPython.noop),
        migrations.RunPython(mask_subjects, migrations.RunPython.noop),
    ]
