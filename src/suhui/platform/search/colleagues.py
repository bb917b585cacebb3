"""Colleagues as something to be found: people lies below this room, so it is registered here."""

from django.urls import reverse

from suhui.platform.people.models import User
from suhui.platform.search.registry import Detail, SearchDoc


def build(user_id: int) -> SearchDoc | None:
    """Who still works here; their name and post are open to all who may see the organisation."""
    person = User.objects.select_related("branch").filter(pk=user_id, is_active=True).first()
    if person is None:
        return None
    return SearchDoc(
        title=person.name,
        url=reverse("organisation:person", args=[person.pk]),
        at=person.created_at,
        details=(Detail(person.branch.name),),
        numbers=(person.staff_number,) if person.staff_number else (),
        texts=(),
        hidden=(person.username,),
        everyone=True,
    )
