"""“Request data”: reaches the right publisher, loses nothing, tells nobody else, and cannot be used to send spam."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.jobs import get_queue
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories, helpers

from ckanext.rvr_portal.data_requests import post, store
from ckanext.rvr_portal.model import RvrPortalDataRequest
from ckanext.rvr_portal.sheets.runs import TICKED

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index", "uncounted")

HERNE, UNNA, LUENEN = "05916000", "05978", "05978024"
ASKED = {"message": "Spielplätze mit Geräten", "email": "anna@example.org", "name": "Anna Beispiel"}


@pytest.fixture
def uncounted(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No request was sent before, and the portal has an address."""
    monkeypatch.setitem(ckan_config, "ckanext.rvr_portal.request_email", "portal@ruhr.example")
    redis = connect_to_redis()
    for key in redis.scan_iter("ckan:*:rvr_portal:request:*"):
        redis.delete(key)
    get_queue().empty()
    yield
    get_queue().empty()


@pytest.fixture
def people() -> dict[str, dict[str, Any]]:
    return {name: factories.UserWithToken(name=name) for name in ("editor", "reader", "stranger")}


@pytest.fixture
def herne(people: Any) -> dict[str, Any]:
    users = [{"name": "editor", "capacity": "editor"}, {"name": "reader", "capacity": "member"}]
    return factories.Organization(
        name="herne", title="Stadt Herne", places=[HERNE], email="daten@herne.example", users=users
    )


def ask(app: Any, **values: str) -> Any:
    """Fill in the form as a person does."""
    started = re.search(r'name="started" value="([^"]+)"', app.get("/request").body)
    assert started
    return app.post("/request", data={"started": _old(started[1]), **values}, follow_redirects=False)


def _old(started: str) -> str:
    """The form was handed out a minute ago."""
    from ckanext.rvr_portal import views_requests

    signer = views_requests._signer().make_signer(views_requests._signer().salt)
    value = started.rsplit(".", 2)[0]
    signer.get_timestamp = lambda: int(datetime.now(UTC).timestamp()) - 60  # type: ignore[method-assign]
    return signer.sign(value).decode()


def stored() -> list[RvrPortalDataRequest]:
    model.Session.expire_all()
    return list(model.Session.scalars(sa.select(RvrPortalDataRequest).order_by(RvrPortalDataRequest.created)))


def create(**values: Any) -> dict[str, Any]:
    return helpers.call_action("rvr_request_create", {"ignore_auth": False, "user": ""}, **{**ASKED, **values})


def deliver() -> None:
    for request in stored():
        post.deliver(request.id)


def waiting_jobs() -> list[str]:
    """Jobs of requests in the queue; the clock of the harvest has others as well."""
    return [name for name in get_queue().job_ids if name.startswith("rvr_portal_request")]


def sentences(answer: Any) -> str:
    found = re.search(r'<div class="rvr-form-errors.*?</div>', answer.body, re.DOTALL)
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", found[0])).split()) if found else ""


# The way of a request ----------------------------------------------------------------------------


def test_a_request_reaches_the_contact_of_the_organisation_and_answers_go_to_the_asker(
    app: Any, herne: Any, mail_server: Any
) -> None:
    answer = ask(
        app, **ASKED, organization="herne", place=HERNE, purpose="Schulprojekt", search=f"q=Spielplatz&places={HERNE}"
    )
    assert answer.status_code == 302
    deliver()
    to_herne, to_anna = mail_server.letters()
    assert mail_server.recipients == ["daten@herne.example", "anna@example.org"]
    assert to_herne["Reply-To"] == "anna@example.org"
    text = to_herne.get_content()
    for part in ("> Spielplätze mit Geräten", "> Schulprojekt", "> Anna Beispiel", "Ort: Herne",
                 f"http://test.ckan.net/dataset/?q=Spielplatz&places={HERNE}", "http://test.ckan.net/dashboard/requests"):  # fmt: skip
        assert part in text
    assert to_anna["Reply-To"] is None
    assert "Stadt Herne" in to_anna.get_content()
    page = app.get(answer.headers["Location"]).body
    assert "Stadt Herne liest Ihre Anfrage" in page
    assert stored()[0].id[:8].upper() in page


def test_the_confirmation_holds_no_word_of_the_asker(herne: Any, mail_server: Any) -> None:
    create(
        message="KAUFT http://spam.example",
        purpose="SPAMZWECK",
        name="SPAMNAME",
        search="q=SPAMSUCHE",
        organization="herne",
    )
    deliver()
    _to_herne, to_asker = mail_server.letters()
    assert "spam" not in to_asker.as_string().lower()
    assert "spam" not in to_asker.get_content().lower()


def test_who_does_not_know_whom_to_ask_reaches_the_operators(herne: Any, mail_server: Any) -> None:
    create()
    deliver()
    assert mail_server.recipients[0] == "portal@ruhr.example"
    assert "wusste nicht" in mail_server.letters()[0].get_content()


@pytest.mark.parametrize("email", ["", "keine Adresse", "a@b.example\nBcc: alle@example.org"])
def test_an_organisation_without_a_usable_address_is_reached_through_the_operators(
    email: str, mail_server: Any
) -> None:
    group = factories.Organization(name="unna", title="Kreis Unna")
    stored_group = model.Group.get(group["id"])
    stored_group.extras = {**(stored_group.extras or {}), "email": email}
    model.Session.commit()
    create(organization="unna")
    deliver()
    assert mail_server.recipients == ["portal@ruhr.example", "anna@example.org"]
    assert "Kreis Unna" in mail_server.letters()[1].get_content()


def test_a_mail_server_that_is_away_loses_nothing(
    herne: Any, people: Any, mail_server: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setitem(ckan_config, "smtp.server", "127.0.0.1:1")
        create(organization="herne")
        deliver()
    (request,) = stored()
    assert (request.mailed, request.tries) == (None, 1)
    listed = helpers.call_action("rvr_request_list", {"user": "editor", "ignore_auth": False})["results"]
    assert [(one["message"], one["mailed"]) for one in listed] == [(ASKED["message"], None)]
    get_queue().empty()
    TICKED.send(None, now=datetime.now(UTC))
    assert not waiting_jobs(), "it was tried a moment ago"
    for _twice in range(2):
        TICKED.send(None, now=request.try_again)
    assert waiting_jobs() == [f"rvr_portal_request-{request.id}"]
    assert post.deliver(request.id)
    assert mail_server.recipients == ["daten@herne.example", "anna@example.org"]
    assert post.deliver(request.id)
    assert len(mail_server.mails) == 2, "nothing goes out twice"


def test_one_mail_that_is_refused_does_not_hold_up_the_other(herne: Any, mail_server: Any) -> None:
    mail_server.refuses = "daten@herne.example"
    create(organization="herne")
    deliver()
    assert mail_server.recipients == ["anna@example.org"]
    mail_server.refuses = False
    deliver()
    assert mail_server.recipients == ["anna@example.org", "daten@herne.example"]


def test_a_confirmation_to_a_mistyped_address_is_given_up(herne: Any, mail_server: Any) -> None:
    mail_server.refuses = "anna@example.org"
    create(organization="herne")
    for _try in range(14):
        deliver()
    assert mail_server.recipients == ["daten@herne.example"]
    assert store.unsent(datetime(2100, 1, 1, tzinfo=UTC)) == []


def test_without_a_queue_the_request_is_kept_for_the_clock(
    herne: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from redis.exceptions import ConnectionError as RedisAway

    def away(*_arguments: Any, **_named: Any) -> None:
        raise RedisAway

    with monkeypatch.context() as changed:
        changed.setattr(tk, "enqueue_job", away)
        create(organization="herne")
    (request,) = stored()
    TICKED.send(None, now=request.try_again)
    assert waiting_jobs() == [f"rvr_portal_request-{request.id}"]


def test_the_command_sends_what_waits(cli: Any, herne: Any, mail_server: Any) -> None:
    create(organization="herne")
    model.Session.execute(sa.update(RvrPortalDataRequest).values(try_again=sa.func.now()))
    model.Session.commit()
    result = cli.invoke(_command(), ["request", "send"])
    assert result.exit_code == 0, result.output
    assert "still waiting: 0" in result.output
    assert len(mail_server.mails) == 2


def _command() -> Any:
    from ckanext.rvr_portal.cli import rvr_portal

    return rvr_portal


# What the form begins with -----------------------------------------------------------------------


@pytest.fixture
def bodies(herne: Any) -> None:
    factories.Organization(name="kreis-unna", title="Kreis Unna", places=[UNNA])


def _selected(page: str, field: str) -> str:
    select = re.search(rf'<select[^>]* name="{field}".*?</select>', page, re.DOTALL)
    assert select
    chosen = re.search(r'value="([^"]*)" selected', select[0])
    return chosen[1] if chosen else ""


@pytest.mark.parametrize(
    ("address", "message", "place", "organization"),
    [
        ("/request", "", "", ""),
        (f"/request?q=Spielplatz&places={HERNE}", "Spielplatz", HERNE, "herne"),
        (f"/request?places={LUENEN}", "", LUENEN, "kreis-unna"),
        (f"/request?places={LUENEN}&places={UNNA}", "", "", "kreis-unna"),
        (f"/request?places={LUENEN}&places={HERNE}", "", "", ""),
        ("/request?organization=herne", "", "", "herne"),
        ("/request?organization=nobody&places=xx", "", "", ""),
    ],
)
def test_the_form_begins_with_the_search_and_who_is_responsible_there(
    app: Any, bodies: None, address: str, message: str, place: str, organization: str
) -> None:
    page = app.get(address).body
    assert f">{message}</textarea>" in page
    assert (_selected(page, "place"), _selected(page, "organization")) == (place, organization)


def test_a_search_that_finds_nothing_an_organisation_and_a_dataset_lead_to_the_form(app: Any, herne: Any) -> None:
    factories.Dataset(name="baeume", title="Bäume", owner_org=herne["id"], notes="x")
    page = html.unescape(app.get(f"/dataset/?q=Einhornweiden&places={HERNE}").body)
    assert f'href="/request?q=Einhornweiden&places={HERNE}"' in page
    assert 'href="/request"' in page.partition('class="rvr-footer"')[2]
    page = html.unescape(app.get("/dataset/?q=Bäume").body)
    assert 'href="/request?q=B%C3%A4ume"' in page
    page = html.unescape(app.get("/organization/herne").body)
    assert re.search(r'href="/request\?organization=herne"[^>]*>Daten bei Stadt Herne anfragen<', page)
    assert 'href="/request?dataset=baeume"' in app.get("/dataset/baeume").body


def test_a_question_about_a_dataset_goes_to_its_organisation(app: Any, herne: Any, mail_server: Any) -> None:
    factories.Organization(name="andere", title="Andere", email="andere@example.org")
    factories.Dataset(name="baeume", title="Straßenbäume", owner_org=herne["id"], notes="x")
    page = html.unescape(app.get("/request?dataset=baeume").body)
    assert "Frage zu einem Datensatz" in page
    assert "Straßenbäume" in page
    assert 'name="organization"' not in page
    assert ask(app, **ASKED, dataset="baeume", organization="andere").status_code == 302
    deliver()
    assert mail_server.recipients[0] == "daten@herne.example"
    assert "Straßenbäume\nhttp://test.ckan.net/dataset/baeume" in mail_server.letters()[0].get_content()


# What is not taken -------------------------------------------------------------------------------


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(app: Any, herne: Any) -> None:
    answer = ask(app, message="", email="keine", purpose="<b>Zweck</b> & mehr", organization="herne", place=HERNE)
    assert answer.status_code == 200
    assert 'href="#field-message"' in answer.body
    assert 'href="#field-email"' in answer.body
    assert "Bitte schreiben Sie, welche Daten Sie suchen." in html.unescape(answer.body)
    assert "&lt;b&gt;Zweck&lt;/b&gt; &amp; mehr</textarea>" in answer.body
    assert (_selected(answer.body, "place"), _selected(answer.body, "organization")) == (HERNE, "herne")
    assert stored() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("message", "x" * 4_001), ("purpose", "x" * 2_001), ("name", "x" * 101), ("place", "Atlantis"), ("organization", "nobody"),
     ("dataset", "nothing"), ("email", "a@b.example\r\nBcc: c@d.example")],
)  # fmt: skip
def test_a_value_that_is_none_is_refused_with_a_sentence(herne: Any, field: str, value: str) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        create(**{field: value})
    assert list(refused.value.error_dict) == [field]
    assert stored() == []


@pytest.mark.parametrize(
    "value", [["a", {"b": 1}], {"a": 1}, 7, True, "a\x00b\x07", "😀" * 400, "{{7*7}}", "'; DROP TABLE x;--"]
)
def test_whatever_a_program_sends_is_text(value: Any, mail_server: Any) -> None:
    create(message=value, name=value if len(str(value)) < 100 else "", search=value)
    deliver()
    assert len(mail_server.mails) == 2


def test_a_name_adds_no_header(herne: Any, mail_server: Any) -> None:
    create(name="Anna\r\nBcc: alle@example.org", message="a\r\n.\r\nRCPT TO:<x@example.org>", organization="herne")
    deliver()
    assert mail_server.recipients == ["daten@herne.example", "anna@example.org"]
    assert all(letter["Bcc"] is None for letter in mail_server.letters())


def test_programs_that_fill_in_every_field_or_too_fast_are_asked_to_send_again(app: Any, herne: Any) -> None:
    assert "leer bleiben" in sentences(ask(app, **ASKED, website="http://spam.example"))
    started = re.search(r'name="started" value="([^"]+)"', app.get("/request").body)[1]
    assert "sehr schnell" in sentences(app.post("/request", data={**ASKED, "started": started}))
    for forged in ("", "x", started[:-2], started.replace(".", "")):
        answer = app.post("/request", data={**ASKED, "started": forged})
        assert "noch einmal" in sentences(answer)
        assert ASKED["message"] in answer.body
    assert stored() == []


@pytest.mark.ckan_config("WTF_CSRF_ENABLED", True)
def test_a_form_that_another_site_sends_is_not_taken(own_app: Any, mail_server: Any) -> None:
    answer = ask(own_app, **ASKED)
    assert "noch einmal" in sentences(answer)
    assert stored() == []
    token = re.search(r'name="_csrf_token" value="([^"]+)"', answer.body)[1]
    assert ask(own_app, **ASKED, _csrf_token=token).status_code == 302
    assert len(stored()) == 1


def test_one_connection_sends_only_a_few_in_an_hour(app: Any) -> None:
    for number in range(5):
        assert ask(app, **{**ASKED, "email": f"a{number}@example.org"}).status_code == 302
    answer = ask(app, **{**ASKED, "email": "b@example.org"})
    assert "Ihrem Anschluss" in sentences(answer)
    assert len(stored()) == 5
    # what a visitor writes into the header is not believed
    forged = app.post(
        "/api/action/rvr_request_create",
        json={**ASKED, "email": "c@example.org"},
        headers={"X-Forwarded-For": "192.0.2.9"},
    )
    assert forged.status_code == 409


def test_behind_a_proxy_of_ones_own_connections_are_told_apart(
    app: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.rvr_portal.trusted_proxies", 1)

    def status(number: int, address: str) -> int:
        headers = {"X-Forwarded-For": f"10.0.0.{number}, {address}"}
        return app.post(
            "/api/action/rvr_request_create", json={**ASKED, "email": f"a{number}@example.org"}, headers=headers
        ).status_code

    assert [status(number, "192.0.2.1") for number in range(6)] == [200] * 5 + [409]
    assert status(6, "192.0.2.2") == 200


def test_nobody_is_flooded_with_confirmations(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(3):
        create()
    with pytest.raises(tk.ValidationError) as refused:
        create(email="ANNA@example.org")
    assert "tomorrow" in refused.value.error_dict["limit"][0]
    monkeypatch.setitem(ckan_config, "ckanext.rvr_portal.request_daily_limit", 4)
    create(email="b@example.org")
    with pytest.raises(tk.ValidationError):
        create(email="c@example.org")
    assert len(stored()) == 4


# Who sees what -----------------------------------------------------------------------------------


def test_stewards_see_the_requests_of_their_organisations_and_set_their_state(
    app: Any, herne: Any, people: Any
) -> None:
    factories.Organization(name="andere", title="Andere")
    for organization, message in (("herne", "Für Herne"), ("andere", "Für andere"), ("", "Für das Portal")):
        create(message=message, organization=organization, email=f"x{organization}@example.org")

    def page(name: str, address: str = "/dashboard/requests") -> str:
        return html.unescape(app.get(address, headers={"Authorization": people[name]["token"]}).body)

    assert "Für Herne" in page("editor")
    assert "Für andere" not in page("editor")
    assert "Für das Portal" not in page("editor")
    for name in ("reader", "stranger"):
        assert not re.search("Für (Herne|andere|das Portal)", page(name))
        assert "Noch keine Anfragen." in page(name)
    request = next(one for one in stored() if one.message == "Für Herne")
    address, headers = f"/dashboard/requests/{request.id}", {"Authorization": people["editor"]["token"]}
    assert app.post(address, data={"state": "answered"}, headers=headers, follow_redirects=False).status_code == 302
    assert stored()[0].state == "answered"
    assert "Für Herne" not in page("editor", "/dashboard/requests?state=new")
    assert "Für Herne" in page("editor", "/dashboard/requests?state=answered")
    assert app.post(address, data={"state": "gone"}, headers=headers).status_code == 400
    for name in ("reader", "stranger"):
        headers = {"Authorization": people[name]["token"]}
        assert app.post(address, data={"state": "done"}, headers=headers).status_code == 404
    assert app.post(address, data={"state": "done"}).status_code == 404
    assert stored()[0].state == "answered"
    admin = factories.SysadminWithToken()
    everything = app.get("/dashboard/requests", headers={"Authorization": admin["token"]}).body
    assert all(message in html.unescape(everything) for message in ("Für Herne", "Für andere", "Für das Portal"))


def test_visitors_and_strangers_learn_of_no_request(app: Any, herne: Any, people: Any) -> None:
    create(organization="herne")
    assert app.get("/dashboard/requests", follow_redirects=False).status_code == 302
    assert app.get("/api/action/rvr_request_list").status_code == 403
    stranger = {"Authorization": people["stranger"]["token"]}
    assert app.get("/api/action/rvr_request_list", headers=stranger).json["result"] == {"count": 0, "results": []}
    assert app.get("/api/action/rvr_request_list?organization=herne", headers=stranger).status_code == 403
    known, unknown = (
        app.post("/api/action/rvr_request_update", json={"id": one, "state": "done"}, headers=stranger)
        for one in (stored()[0].id, "nothing")
    )
    assert known.status_code == unknown.status_code == 404
    assert known.json["error"] == unknown.json["error"]


def test_organisations_and_datasets_that_are_hidden_are_neither_offered_nor_told_of(app: Any, herne: Any) -> None:
    gone = factories.Organization(name="geheim-zq17", title="Geheim zq17", email="zq17@geheim.example")
    tk.get_action("organization_delete")(
        {"ignore_auth": True, "user": factories.Sysadmin()["name"]}, {"id": gone["id"]}
    )
    factories.Dataset(name="privat-zq17", title="Privat zq17", owner_org=herne["id"], private=True, notes="x")
    for address in ("/request", "/request?organization=geheim-zq17", "/request?dataset=privat-zq17"):
        page = app.get(address).body
        assert "Geheim zq17" not in page
        assert "Privat zq17" not in page
        assert "geheim.example" not in page
        assert "herne.example" not in page, "addresses are for the mailer only"
    for given in ({"organization": gone["id"]}, {"dataset": "privat-zq17"}):
        answer = app.post("/api/action/rvr_request_create", json={**ASKED, **given})
        assert answer.status_code == 409
        assert "zq17" not in answer.body
    answer = app.post("/api/action/rvr_request_create", json={**ASKED, "organization": "herne"}).body
    assert "herne.example" not in answer
    assert "anna@" not in answer


def test_what_was_typed_is_shown_as_text(app: Any, herne: Any, people: Any) -> None:
    create(
        message="<script>alert(1)</script>",
        name="<img src=x>",
        search="q=<script>&x=%22><script>",
        organization="herne",
    )
    page = app.get("/dashboard/requests", headers={"Authorization": people["editor"]["token"]}).body
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_personal_data_are_deleted_after_the_days_the_form_names(
    app: Any, herne: Any, people: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.rvr_portal.request_kept_days", 30)
    assert "Nach 30 Tagen löscht" in html.unescape(app.get("/request").body)
    create(organization="herne")
    create(organization="herne", message="Neuer")
    old = stored()[0].id
    model.Session.execute(
        sa.update(RvrPortalDataRequest)
        .where(RvrPortalDataRequest.id == old)
        .values(created=RvrPortalDataRequest.created - sa.text("interval '30 days'"))
    )
    model.Session.commit()
    assert store.get(old) is None, "not even before the clock comes"
    assert helpers.call_action("rvr_request_list", {"user": "editor", "ignore_auth": False})["count"] == 1
    TICKED.send(None, now=datetime.now(UTC))
    assert [request.message for request in stored()] == ["Neuer"]
