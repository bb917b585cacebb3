from django.utils.translation import gettext as _

from suhui.platform.core.errors import Missing
from suhui.platform.notifications.models import Notification
from suhui.platform.people.models import User


def get_notification(user: User, notification_id: int) -> Notification:
    """One line of the person's own bell. Raises Missing."""
    line = Notification.objects.filter(user=user, pk=notification_id).first()
    if line is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return line
