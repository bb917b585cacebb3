"""Who may call, how often, and what a caller learns when refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import now
from suhui.platform.core.errors import BadInput
from suhui.platform.core.models import StoredEvent
from suhui.platform.people import services as people
from suhui.platform.people.access import scope
from suhui.platform.people.fencing import fence
from suhui.platform.people.models import Branch, BusyReason, Post, User
from suhui.platform.people.permissions import Perm
from suhui.platform.rest import door, services
from suhui.platform.rest.models import Bucket, Limit, Token
from tests.api import Caller, caller, problem
from tests.conftest import MakePerson

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.platform.rest_trial")]


def me(one: Caller) -> object:
    return one.get("/people", limit=1)


def test_only_a_hash_of_the_secret_is_kept(agent: User) -> None:
    made = services.make_token(user=agent, name="门店", scopes=["case.view"], by=Actor.staff(agent))
    kept = Token.objects.get()
    assert made.secret.startswith(kept.prefix)
    assert made.secret not in repr(vars(kept))
    assert not StoredEvent.objects.filter(payload__icontains=made.secret).exists()


def test_a_call_without_a_good_token_is_told_so(client: Client, agent: User) -> None:
    made = caller(agent)
    for header in ("", "Bearer nonsense", "Bearer ", f"Basic {made.secret}", f"Bearer {made.secret}x"):
        answer = client.get("/api/v1/people", headers={"Authorization": header} if header else {})
        assert problem(answer)["code"] == "unauthenticated"
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_ends_by_revoking_by_time_and_with_its_person(agent: User, administrator: User) -> None:
    revoked, expired, gone = caller(agent), caller(agent), caller(agent)
    services.revoke_token(token=revoked.token, by=Actor.staff(agent))
    Token.objects.filter(pk=expired.token.pk).update(expires_at=now() - timedelta(seconds=1))
    assert problem(revoked.get("/people"))["code"] == "token_revoked"
    assert problem(expired.get("/people"))["code"] == "token_expired"
    assert gone.get("/people").status_code == 200
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert problem(gone.get("/people"))["code"] == "unauthenticated"


def test_revoking_again_is_harmless(agent: User) -> None:
    made = caller(agent)
    services.revoke_token(token=made.token, by=Actor.staff(agent))
    services.revoke_token(token=Token.objects.get(), by=Actor.staff(agent))
    assert StoredEvent.objects.filter(kind="rest.TokenRevoked").count() == 1


def test_a_scope_left_out_is_named(agent: User) -> None:
    narrow = caller(agent, scopes=[Perm.CASE_VIEW])
    refused = problem(narrow.post("/things", {"text": "x"}))
    assert (refused["code"], "case.create" in refused["detail"]) == ("scope_missing", True)


def test_a_post_that_loses_a_permission_takes_it_from_its_tokens(agent: User, administrator: User) -> None:
    made = caller(agent)
    role = agent.posts.get().role
    assert made.post("/things", {"text": "x"}).status_code == 201
    people.set_permission(role=role, permission="case.create", granted=False, by=Actor.system("test"))
    assert problem(made.post("/things", {"text": "y"}))["code"] == "not_allowed"
    assert not BusyReason.objects.filter(name__endswith=" y").exists()


def test_nobody_makes_a_token_that_may_more_than_they(agent: User, other_outlet: Branch) -> None:
    by = Actor.staff(agent)
    attempts: list[dict[str, Any]] = [
        {"scopes": ["system.manage"]},
        {"scopes": []},
        {"scopes": ["case.view"], "branch": other_outlet},
        {"scopes": ["case.view"], "name": " "},
        {"scopes": ["case.view"], "expires_at": now() - timedelta(days=1)},
    ]
    for more in attempts:
        values: dict[str, Any] = {"user": agent, "name": "门店", "by": by, **more}
        with pytest.raises(BadInput):
            services.make_token(**values)
    assert not Token.objects.exists()


def fenced(user: User, branch: Branch | None) -> User:
    posts = list(Post.objects.filter(user=user).select_related("role", "branch"))
    return fence(User.objects.get(pk=user.pk), permissions=["case.view"], branch=branch, posts=posts)


def test_a_fence_draws_every_reach_in(
    make_person: MakePerson, headquarters: Branch, region: Branch, outlet: Branch, other_outlet: Branch
) -> None:
    everywhere = make_person("administrator", branch=headquarters)
    below = make_person("service-supervisor", branch=region)
    here = make_person("branch-clerk", branch=outlet)
    for person in (everywhere, below):
        seen = scope(fenced(person, outlet), Perm.CASE_VIEW)
        assert (seen.everything, seen.branch_ids) == (False, frozenset({outlet.pk}))
    assert scope(fenced(here, other_outlet), Perm.CASE_VIEW).nothing
    assert scope(fenced(here, region), Perm.CASE_VIEW).branch_ids == {outlet.pk}
    assert scope(fenced(below, None), Perm.CASE_VIEW).branch_ids >= {region.pk, outlet.pk, other_outlet.pk}


def test_inside_a_branchs_fence_own_work_elsewhere_is_not_seen(
    agent: User, outlet: Branch, other_outlet: Branch
) -> None:
    open_air, inside = scope(fenced(agent, None), Perm.CASE_VIEW), scope(fenced(agent, outlet), Perm.CASE_VIEW)
    assert open_air.covers(branch_id=other_outlet.pk, owner_id=agent.pk)
    assert not inside.covers(branch_id=other_outlet.pk, owner_id=agent.pk)
    assert inside.covers(branch_id=outlet.pk)


def test_a_fence_touches_no_row_and_takes_all_other_permissions(agent: User) -> None:
    inside = fenced(agent, None)
    assert inside.may(Perm.CASE_VIEW)
    assert not inside.may(Perm.CASE_EDIT)
    assert User.objects.get(pk=agent.pk).may(Perm.CASE_EDIT)


def test_what_is_a_persons_own_is_not_for_a_branchs_token(agent: User, outlet: Branch) -> None:
    assert problem(caller(agent, branch=outlet).get("/own"))["code"] == "person_needed"
    assert caller(agent).get("/own").status_code == 200


def test_a_session_reads_from_the_same_origin_and_writes_nothing(enter: Callable[[User], Client], agent: User) -> None:
    browser = enter(agent)
    assert browser.get("/api/v1/people").status_code == 200
    across = browser.get("/api/v1/people", headers={"Sec-Fetch-Site": "cross-site"})
    assert problem(across)["code"] == "unauthenticated"
    written = browser.post("/api/v1/things", {"text": "x"}, content_type="application/json")
    assert problem(written)["code"] == "session_read_only"
    assert not BusyReason.objects.filter(name__endswith=" x").exists()


def test_a_session_with_another_ones_password_reads_nothing(enter: Callable[[User], Client], agent: User) -> None:
    User.objects.filter(pk=agent.pk).update(must_change_password=True)
    assert problem(enter(agent).get("/api/v1/people"))["code"] == "not_allowed"


def test_the_limit_counts_down_refuses_and_fills_again(agent: User) -> None:
    Limit.objects.filter(pk="read").update(per_minute=3)
    one = caller(agent)
    answers = [one.get("/people") for _turn in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"read";q=3;w=60'
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert problem(answers[3])["code"] == "rate_limited"
    assert 1 <= int(answers[3]["Retry-After"]) <= 20
    bucket = Bucket.objects.get()
    bucket.full_at -= timedelta(seconds=21)
    bucket.save()
    assert one.get("/people").status_code == 200
    assert one.get("/people").status_code == 429


def test_each_token_and_each_pace_has_its_own_limit(agent: User) -> None:
    Limit.objects.update(per_minute=1)
    one, other = caller(agent), caller(agent)
    assert one.get("/people").status_code == 200
    assert one.get("/people").status_code == 429
    assert one.post("/things", {"text": "x"}).status_code == 201
    assert other.get("/people").status_code == 200


def test_an_administrators_new_limit_holds_at_once(agent: User, administrator: User) -> None:
    one = caller(agent)
    services.change_limit(pace="read", per_minute=1, by=Actor.staff(administrator))
    assert one.get("/people").status_code == 200
    assert one.get("/people").status_code == 429
    with pytest.raises(BadInput):
        services.change_limit(pace="read", per_minute=0, by=Actor.staff(administrator))
    assert Limit.objects.get(pk="read").per_minute == 1


def test_the_last_use_is_written_once_a_minute(agent: User) -> None:
    one = caller(agent)
    with time_machine.travel(now(), tick=False) as clock:
        one.get("/people")
        first = Token.objects.get().last_used_at
        clock.shift(30)
        one.get("/people")
        assert Token.objects.get().last_used_at == first
        clock.shift(60)
        one.get("/people")
        assert Token.objects.get().last_used_at != first


def test_what_a_token_does_names_it(agent: User) -> None:
    made = caller(agent)
    request = type("R", (), {})()
    door._by_token(request, Token.objects.select_related("user__branch", "branch").get(pk=made.token.pk))
    assert (request.actor.kind, request.actor.label, request.actor.user_id) == ("staff", "王芳 · 测试", agent.pk)
