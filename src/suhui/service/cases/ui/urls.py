from django.http import HttpResponse
from django.urls import path

from suhui.platform.people.doors import Request, requires
from suhui.platform.people.permissions import Perm


@requires(Perm.CASE_VIEW)
def case(request: Request, case_id: int) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("<int:case_id>/", case, name="case")]
