from suhui.platform.core import events
from suhui.platform.core.events import Happened
from suhui.platform.people.events import PersonAdded, PersonChanged, PersonDeactivated, PersonReactivated
from suhui.platform.search import services


@events.handles(PersonAdded, name="search.person_added", newest=True)
@events.handles(PersonChanged, name="search.person_changed", newest=True)
@events.handles(PersonDeactivated, name="search.person_left", newest=True)
@events.handles(PersonReactivated, name="search.person_back", newest=True)
def index_person(happened: Happened) -> None:
    """Colleagues are found like everything else. The rooms below search cannot register themselves."""
    services.index("person", happened.data.user_id)
