from suhui.contact.conversations.events import ContactLogged
from suhui.platform.core.events import Happened, handles
from suhui.platform.search import services as search


@handles(ContactLogged, name="conversations.index")
def keep_found(happened: Happened) -> None:
    """The search box knows the contact."""
    search.index("contact", happened.data.contact_id)
