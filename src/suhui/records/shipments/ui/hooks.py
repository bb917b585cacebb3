"""Where carriers push: public, because the signature is the door."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from suhui.platform.core.errors import Missing, NotAllowed
from suhui.platform.people.doors import public
from suhui.records.shipments import services
from suhui.records.shipments.adapters import adapter_for
from suhui.records.shipments.choices import Provider

_MOST_BYTES = 2_000_000


@csrf_exempt
@require_POST
@public("carriers push here; every push is signed")
def push(request: HttpRequest, provider: str) -> JsonResponse:
    """Write the push down and answer as its provider wants to hear it. What it says is worked out later."""
    if provider not in Provider.values:
        raise Missing("")
    account = services.account_of(provider)
    adapter = adapter_for(account)
    try:
        services.receive_push(account=account, fields=_fields(request))
    except NotAllowed as error:
        return JsonResponse(adapter.answer(taken=False, message=str(error)), status=403)
    return JsonResponse(adapter.answer(taken=True), json_dumps_params={"ensure_ascii": False})


def _fields(request: HttpRequest) -> dict[str, str]:
    """The form's fields; of a JSON body (SF) the body itself, with the time stamp and digest that came beside it."""
    if request.content_type != "application/json":
        return {name: str(value) for name, value in request.POST.items()}
    body = request.read(_MOST_BYTES).decode("utf-8", errors="replace")
    beside = {name: request.GET.get(name) or request.headers.get(name, "") for name in ("timestamp", "msgDigest")}
    return {"msgData": body, **beside}
