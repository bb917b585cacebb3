import pytest

from suhui.platform.core import clock
from suhui.platform.core.errors import BadInput, Missing, NotAllowed
from suhui.platform.people.models import Branch, User
from suhui.platform.privacy import registry, selectors, services
from suhui.platform.privacy.models import Reveal
from tests.conftest import MakePerson

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somebodys_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def reader(user: User, key: str, field: str) -> str:
        if key != "7" or field != "phone:1":
            raise Missing("not yours")
        return "+8613812341234"

    monkeypatch.setitem(registry._kinds, "someone", registry.FieldKind("someone", "someone", reader))


def test_a_reveal_gives_the_value_and_writes_down_who_looked_at_what_and_why(agent: User) -> None:
    assert services.reveal(user=agent, key="someone:7", field="phone:1", reason="contact") == "+8613812341234"
    row = Reveal.objects.get()
    assert (row.user, row.subject, row.field, row.reason) == (agent, "someone:7", "phone:1", "contact")
    assert "13812341234" not in str([getattr(row, field.attname) for field in Reveal._meta.fields])


@pytest.mark.parametrize(
    ("key", "field", "reason", "error"),
    [
        ("someone:7", "phone:1", "", BadInput),
        ("someone:7", "phone:1", "because", BadInput),
        ("someone:8", "phone:1", "contact", Missing),
        ("nobody:7", "phone:1", "contact", Missing),
    ],
)
def test_a_refused_reveal_shows_and_writes_nothing(
    agent: User, key: str, field: str, reason: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        services.reveal(user=agent, key=key, field=field, reason=reason)
    assert not Reveal.objects.exists()


def test_without_the_permission_nothing_is_revealed(make_person: MakePerson) -> None:
    with pytest.raises(NotAllowed):
        services.reveal(user=make_person("courier"), key="someone:7", field="phone:1", reason="contact")
    assert not Reveal.objects.exists()


def test_a_supervisor_sees_and_counts_the_reveals_of_their_branches_only(
    agent: User, supervisor: User, make_person: MakePerson, headquarters: Branch
) -> None:
    stranger = make_person("agent", branch=headquarters)
    for user in (agent, agent, stranger):
        services.reveal(user=user, key="someone:7", field="phone:1", reason="verify")
    assert {row.user for row in selectors.visible_to(supervisor)} == {agent}
    (count,) = selectors.counts(supervisor, clock.now())
    assert (count["user_id"], count["today"], count["week"]) == (agent.pk, 2, 2)
    assert not selectors.visible_to(agent).exists()
