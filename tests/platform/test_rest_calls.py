"""What a caller may send, and how failures are told: problems with codes, in both languages, never a page."""

import pytest

from suhui.platform.people.models import BusyReason, User
from suhui.platform.rest.bodies import LONGEST
from suhui.platform.rest.problems import CODES
from tests.api import Caller, caller, problem
from tests.platform.rest_trial import FAILURES

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.platform.rest_trial")]


@pytest.fixture
def one(agent: User) -> Caller:
    return caller(agent)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("bad", "invalid"),
        ("refused", "refused"),
        ("conflict", "conflict"),
        ("not-allowed", "not_allowed"),
        ("missing", "missing"),
        ("plain", "not_possible"),
        ("broken", "broken"),
    ],
)
def test_every_error_of_the_house_has_its_code(one: Caller, kind: str, code: str) -> None:
    found = problem(one.get(f"/failures/{kind}"))
    assert (found["code"], found["status"]) == (code, CODES[code].status)
    assert found["type"].endswith(f"#problem-{code}")
    assert "secret" not in found["detail"]
    if kind == "bad":
        assert found["errors"] == [{"code": "invalid", "detail": "No phone.", "pointer": "/phone"}]
    assert set(FAILURES) >= {kind}


def test_a_problem_speaks_the_callers_language(agent: User) -> None:
    english, chinese = caller(agent, language="en"), caller(agent, language="zh-CN")
    said, gesagt = problem(english.post("/things", {})), problem(chinese.post("/things", {}))
    assert said["code"] == gesagt["code"] == "invalid"
    assert said["errors"][0]["detail"] == "This is needed."
    assert gesagt["errors"][0]["detail"] != said["errors"][0]["detail"]
    assert gesagt["title"] != said["title"]


def test_a_value_that_does_not_fit_is_pointed_at(one: Caller) -> None:
    found = problem(one.post("/things", {"text": "x" * 41, "count": 10, "at": "2026-11-22T10:00:00", "colour": 1}))
    errors = {error["pointer"]: (error["code"], error["detail"]) for error in found["errors"]}
    assert errors["/text"] == ("string_too_long", "At most 40 characters.")
    assert errors["/count"] == ("less_than_equal", "At most 9.")
    assert errors["/at"][0] == "timezone_aware"
    assert errors["/colour"] == ("extra_forbidden", "There is no such field.")


def test_a_word_in_the_address_that_nobody_knows_is_refused(one: Caller) -> None:
    found = problem(one.get("/people", naem="王"))
    assert found["errors"] == [{"code": "extra_forbidden", "detail": "There is no such field.", "parameter": "naem"}]
    limited = problem(one.get("/people", limit=201))
    assert (limited["errors"][0]["parameter"], limited["errors"][0]["code"]) == ("limit", "less_than_equal")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[1,", b'{"text": NaN}', b"[" * 100_000, b'{"a":' * 50_000],
)
def test_what_is_no_json_is_no_server_error(one: Caller, body: bytes) -> None:
    assert problem(one.post("/things", body))["code"] in {"bad_json", "invalid"}
    assert not BusyReason.objects.filter(name__startswith="T").exists()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"text": "a\\u0000b"}', "/text"),
        (b'{"text": "x", "more": {"deep": ["\\ud800"]}}', "/more/deep/0"),
        (b'{"te\\u0000xt": "x"}', ""),
        (b'{"text": "x", "more": {"a": ' + b"[" * 30 + b"]" * 30 + b"}}", ""),
    ],
)
def test_what_the_database_cannot_store_is_refused_at_the_door(one: Caller, body: bytes, pointer: str) -> None:
    found = problem(one.post("/things", body))
    assert (found["status"], found["errors"][0].get("pointer")) == (422, pointer)


def test_a_pair_of_surrogates_is_a_character(one: Caller) -> None:
    assert one.post("/things", b'{"text": "\\ud83d\\ude00"}').json()["text"] == "😀"


def test_a_nul_in_the_address_is_refused(one: Caller) -> None:
    assert problem(one.call("GET", "/people?name=a%00b"))["errors"][0]["code"] == "unclean_text"
    assert problem(one.call("GET", "/failures/a%00b"))["status"] == 422


def test_an_address_of_thousands_of_words_is_refused(one: Caller) -> None:
    assert problem(one.call("GET", f"/people?{'name=a&' * 2000}"))["code"] == "invalid"


def test_numbers_and_times_beyond_the_database_are_refused(one: Caller) -> None:
    for body in ({"text": "x", "at": "0001-01-01T00:00:00+14:00"}, {"text": "x", "at": "9999-12-31T23:59:59-12:00"}):
        assert problem(one.post("/things", body))["code"] == "invalid"
    assert problem(one.patch(f"/things/{10**30}", {"text": "x"}, if_match='"9"'))["code"] == "changed"


def test_a_body_of_another_kind_or_too_long_is_refused(one: Caller) -> None:
    form = one.client.post("/api/v1/things", {"text": "x"}, headers={"Authorization": f"Bearer {one.secret}"})
    assert problem(form)["code"] == "unsupported_media_type"
    assert problem(one.post("/things", b" " * (LONGEST + 1)))["code"] == "too_large"


def test_who_does_not_take_json_is_told(one: Caller) -> None:
    sent = {"Authorization": f"Bearer {one.secret}", "Accept": "text/csv"}
    assert problem(one.client.get("/api/v1/people", headers=sent))["code"] == "not_acceptable"
    sent["Accept"] = "application/*"
    assert one.client.get("/api/v1/people", headers=sent).status_code == 200


def test_a_method_that_is_not_there_and_an_address_that_is_not(one: Caller) -> None:
    answer = one.call("DELETE", "/people")
    assert (problem(answer)["code"], answer["Allow"]) == ("method_not_allowed", "GET")
    assert problem(one.get("/nowhere"))["code"] == "missing"


def test_head_answers_as_get_without_a_body(one: Caller) -> None:
    answer = one.call("HEAD", "/people")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_call_keeps_its_number_and_gets_one_when_it_has_none(one: Caller) -> None:
    sent = {"Authorization": f"Bearer {one.secret}", "X-Request-Id": "shop-17"}
    assert one.client.get("/api/v1/people", headers=sent)["X-Request-Id"] == "shop-17"
    sent["X-Request-Id"] = "no good\r\n"
    answer = one.client.get("/api/v1/failures/missing", headers=sent)
    assert answer["X-Request-Id"] == problem(answer)["request_id"] != "no good"


def test_some_fields_are_enough(one: Caller) -> None:
    rows = one.get("/people", fields="name").json()["rows"]
    assert {frozenset(row) for row in rows} == {frozenset({"id", "name"})}
    assert problem(one.get("/people", fields="name,password"))["errors"][0]["parameter"] == "fields"


def test_a_change_of_what_someone_else_changed_is_refused(one: Caller) -> None:
    assert problem(one.patch("/things/1", {"text": "x"}, if_match='"2"'))["code"] == "changed"
    for tag in ('"3"', 'W/"3"', '"2", "3"', "*", ""):
        assert one.patch("/things/1", {"text": "x"}, if_match=tag).status_code == 200
    assert one.patch("/things/1", {"text": "x"})["ETag"] == '"4"'
