from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from suhui.platform.core.errors import Missing, SuhuiError
from suhui.platform.desk import undo as undoing
from suhui.platform.desk.pages import render
from suhui.platform.people.doors import Request, signed_in


@require_POST
@signed_in
def undo(request: Request, token: UUID) -> HttpResponse:
    undoing.take_back(token=token, user=request.user)
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return response


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    error = Missing(_("There is nothing here, or it is not yours to see."))
    return render(request, "desk/error.html", {"error": error}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    error = SuhuiError(_("Something went wrong on our side. What you had saved is kept; please try again."))
    return render(request, "desk/error.html", {"error": error}, status=500)
