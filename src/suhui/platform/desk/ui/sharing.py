from django.http import HttpResponse
from django.views.decorators.http import require_safe

from suhui.platform.desk import sharing
from suhui.platform.desk.pages import render
from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm


@require_safe
@requires(Perm.WORKBENCH_USE)
def share(request: Request, kind: str, subject_id: int) -> HttpResponse:
    """The customer's link of a case or parcel, to copy, to send or to be scanned; whoever sees the thing may."""
    card = sharing.card_of(request.user, kind, subject_id)
    link = request.build_absolute_uri(card.path)
    context = {"card": card, "link": link, "message": card.said(link), "qr": sharing.qr_code(link)}
    return render(request, "desk/_share.html", context)
