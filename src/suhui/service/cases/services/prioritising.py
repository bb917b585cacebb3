"""How important a case is, decided by the table "case.priority" and kept with the row that decided."""

from suhui.engines.rules import services as rules
from suhui.platform.core.actors import Actor
from suhui.service.cases.models import Case
from suhui.service.cases.services.clocks import sla_inputs

TABLE = "case.priority"


def decide(*, case: Case, by: Actor) -> None:
    """Let the rules set the priority, unless a person has."""
    if not case.priority_by_hand:
        weigh(case=case, by=by)
        Case.objects.filter(pk=case.pk).update(priority=case.priority, priority_decision_id=case.priority_decision_id)


def weigh(*, case: Case, by: Actor) -> None:
    """The same on the object alone, for a caller that stores the row anyway. The decision itself is stored."""
    inputs = {name: value for name, value in sla_inputs(case).items() if name not in ("priority", "age_days")}
    decision = rules.decide(table=TABLE, inputs={**inputs, "reopened": case.reopened_count}, subject=case.key, by=by)
    case.priority = int(decision.outputs["priority"])
    case.priority_decision_id = decision.pk
