from django.db import migrations

from suhui.engines.sla import shipped


def ship(apps, schema_editor):
    Policy, Target, Escalation = (apps.get_model("sla", name) for name in ("Policy", "Target", "Escalation"))
    for order, level in enumerate(shipped.SHIPPED):
        if Policy.objects.filter(code=level.code).exists():
            continue
        policy = Policy.objects.create(
            code=level.code, name=level.name, english_name=level.english_name, order=order
        )
        Target.objects.bulk_create(
            Target(
                policy=policy,
                kind=str(target.kind),
                amount=target.amount,
                unit=str(target.unit),
                counting=str(target.counting),
                basis=target.basis,
                verified=target.verified,
                warn_share=target.warn_share,
            )
            for target in level.targets
        )
        Escalation.objects.bulk_create(
            Escalation(policy=policy, level=number, after_minutes=after, tier=int(tier))
            for number, (after, tier) in enumerate(level.escalations, start=1)
        )


def unship(apps, schema_editor):
    """Levels may be in use or changed by hand: the schema migration below takes the tables away."""


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]
    operations = [migrations.RunPython(ship, unship)]
