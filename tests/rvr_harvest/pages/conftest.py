"""Sources, runs and records as rows in the tables: what the pages show needs no run for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

NUMBERS = ("added", "changed", "unchanged", "vanished", "refused", "held", "missing", "seen")
NOW = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
# later than any test takes: the process that runs has not fallen silent
ALIVE = NOW + timedelta(hours=2)


def make_source(name: str, organization: str, **fields: Any) -> str:
    """A harvest source; returns its id."""
    import ckan.plugins.toolkit as tk

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    values = {
        "name": name, "title": name.title(), "url": f"https://{name}.example.org/catalog.ttl", "notes": "",
        "source_type": "rvr_dcat_rdf", "owner_org": organization, "frequency": "MANUAL", **fields,
    }  # fmt: skip
    private = values.pop("private", False)
    made = tk.get_action("harvest_source_create")({"user": user, "ignore_auth": True}, values)
    if private:
        tk.get_action("package_patch")({"user": user, "ignore_auth": True}, {"id": made["id"], "private": True})
    return made["id"]


def make_run(source_id: str, status: str = "complete", days: float = 0, **values: Any) -> tuple[str, Any]:
    """A run, `days` ago, with its job; numbers of the report and columns of the row are `values`. Returns both ids."""
    from ckan import model
    from ckanext.harvest.model import HarvestJob, HarvestSource

    from ckanext.rvr_harvest.model import HarvestRun

    started = NOW - timedelta(days=days)
    running = status == "running"
    has_job = running and values.get("kind") != "dry"
    job = HarvestJob(source=HarvestSource.get(source_id), status="Running" if has_job else "Finished", created=started)
    model.Session.add(job)
    model.Session.flush()
    numbers = {name: values.pop(name, 0) for name in NUMBERS}
    numbers["seen"] = numbers["seen"] or sum(numbers[name] for name in ("added", "changed", "unchanged", "refused"))
    columns = {name: values.pop(name) for name in list(values) if hasattr(HarvestRun, name)}
    report = {
        "status": status, "seconds": 12.5, "findings": [], "records": [],
        "sentences_de": [values.pop("sentence", f"{numbers['added']} neu.")], "sentences_en": ["In English."],
        **numbers, **values,
    }  # fmt: skip
    run = HarvestRun(
        id=str(uuid4()), source_id=source_id, job_id=job.id, started=started, status=status,
        finished=None if running else started + timedelta(seconds=12), report={} if running else report, **columns,
    )  # fmt: skip
    model.Session.add(run)
    model.Session.commit()
    return run.id, job.id


def make_record(source_id: str, guid: str, *codes: Any, **values: Any) -> None:
    """A record with findings, each given as (code, severity, field, value)."""
    from ckan import model

    from ckanext.rvr_harvest.domain.findings import as_dict
    from ckanext.rvr_harvest.domain.values import Finding
    from ckanext.rvr_harvest.model import HarvestRecord

    found = [as_dict(Finding(*code)) for code in codes]
    record = HarvestRecord(
        **{"source_id": source_id, "guid": guid, "created": NOW, "changed": NOW, "findings": found, **values}
    )
    model.Session.add(record)
    model.Session.commit()


@pytest.fixture
def clerk(token_headers: Callable[[str], dict[str, str]]) -> Callable[..., dict[str, str]]:
    """Headers of a user who is editor (or another capacity) of an organisation: clerk("dortmund")."""

    def make(organization: str | None = None, capacity: str = "editor", **fields: Any) -> dict[str, str]:
        import ckan.plugins.toolkit as tk
        from ckan.tests import factories

        user = factories.User(**fields)
        if organization:
            tk.get_action("organization_member_create")(
                {"ignore_auth": True, "user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]},
                {"id": organization, "username": user["name"], "role": capacity},
            )
        return token_headers(user["name"])

    return make


@pytest.fixture(scope="session")
def _known() -> dict[str, Any]:
    return {}


@pytest.fixture
def scene(request: pytest.FixtureRequest, _known: dict[str, Any], app: Any) -> dict[str, Any]:
    """Sources in all states, made once for all tests that only read: ids, jobs, headers of users."""
    from ckan import model

    package = model.Package.get("stadtdaten")
    if package is None or package.id != _known.get("ids", {}).get("stadtdaten"):
        for name in ("clean_db", "clean_index"):
            request.getfixturevalue(name)
        _known.update(_make(request.getfixturevalue("clerk")))
    return _known


MISSING = ("license_missing", "error", "license")
NO_THEME = ("theme_missing", "warning", "theme")
MAPPED = ("license_mapped", "info", "license", "frei", "dl-by-de")


def _make(clerk: Callable[..., dict[str, str]]) -> dict[str, Any]:
    from ckan import model
    from ckan.tests import factories

    homes = {name: factories.Organization(name=name, title=f"Stadt {name.title()}") for name in ("dortmund", "bochum")}
    home, other = homes["dortmund"]["id"], homes["bochum"]["id"]
    trees = factories.Dataset(name="baeume", title="Bäume", owner_org=home)
    secret = factories.Dataset(name="geheimplan", title="Geheimplan", owner_org=home, private=True)
    theirs = factories.Dataset(name="strassen", title="Straßen", owner_org=other)
    model.Package.get(theirs["id"]).title = "=Straßen"  # as a source may send it, and nobody could type it
    hidden = factories.Dataset(name="entwurf", title="Entwurf", owner_org=other, private=True)
    ids = {
        "stadtdaten": make_source("stadtdaten", home), "wartung": make_source("wartung", home),
        "frage": make_source("frage", home), "laeuft": make_source("laeuft", home), "neu": make_source("neu", home),
        "fremd": make_source("fremd", other), "geheim": make_source("geheim", other, private=True),
    }  # fmt: skip
    jobs = _make_runs(ids)
    make_record(ids["stadtdaten"], "a", MISSING, NO_THEME, MAPPED, package_id=trees["id"], title="Bäume")
    make_record(ids["stadtdaten"], "s", NO_THEME, package_id=secret["id"], title="Geheimplan")
    make_record(ids["stadtdaten"], "r", ("no_title", "error", "title", "", "x"), state="refused", title="Kaputter Satz")
    make_record(ids["stadtdaten"], "g", NO_THEME, state="archived", title="Weg")
    make_record(ids["fremd"], "t", ("date_unreadable", "warning", "issued", "irgendwann"), package_id=theirs["id"])
    make_record(ids["fremd"], "h", MISSING, package_id=hidden["id"], title="Entwurf")
    make_record(ids["fremd"], "x", MISSING, state="refused", title="Abgelehnt")
    make_record(ids["fremd"], "d", state="duplicate", twin_id=trees["id"], url="https://fremd.example.org/baeume")
    make_record(ids["geheim"], "z", NO_THEME, package_id=theirs["id"])
    make_record(ids["geheim"], "e", state="duplicate", twin_id=trees["id"])
    for number in range(3):
        gone = factories.Dataset(name=f"bad-{number}", title=f"Freibad {number}", owner_org=home)
        make_record(ids["frage"], f"f{number}", package_id=gone["id"], missing_runs=2)
    make_record(
        ids["frage"], "neu", state="moved", twin_id=trees["id"], title="Bäume", url="https://frage.example.org/neu"
    )
    headers = {
        "clerk": clerk("dortmund", name="datenpflege"), "member": clerk("dortmund", "member", name="mitglied"),
        "nobody": clerk(name="niemand"), "sysadmin": {"Authorization": factories.SysadminWithToken()["token"]}, "all": {},
    }  # fmt: skip
    model.Session.commit()
    return {"ids": ids, "jobs": jobs, "headers": headers, "trees": trees["id"]}


def _make_runs(ids: dict[str, str]) -> dict[str, str]:
    """The runs of the sources; returns the id of the last job of each."""
    for days in range(9, 0, -1):
        status = {5: "failed", 3: "incomplete"}.get(days, "complete")
        make_run(ids["stadtdaten"], status, days, unchanged=0 if days == 5 else 40 - days)
    made = {
        "stadtdaten": make_run(ids["stadtdaten"], "complete", 0, added=2, changed=1, unchanged=37, refused=1, vanished=1),
    }  # fmt: skip
    make_run(ids["wartung"], "complete", 2, unchanged=4)
    made["wartung"] = make_run(
        ids["wartung"], "failed", 1, sentence="Der Server unter intern.example.org antwortet nicht."
    )
    make_run(ids["frage"], "complete", 2, unchanged=20)
    make_run(ids["frage"], "complete", 1, unchanged=17, missing=3)
    made["frage"] = make_run(
        ids["frage"], "complete", 0, unchanged=17, held=3, held_guids=["f0", "f1", "f2"], decision="waiting"
    )
    make_run(
        ids["frage"], "complete", 0, kind="dry", added=3, changed=1, unchanged=13, vanished=1,
        examples={"added": ["Radwege", "Spielplätze", "Trinkbrunnen"], "changed": ["Bäume"], "vanished": ["Brücken"]},
    )  # fmt: skip
    made["laeuft"] = make_run(ids["laeuft"], "running", 0, phase="reading", heartbeat=ALIVE, done=300, expected=765)
    make_run(ids["neu"], "running", 0, kind="dry", phase="reading", heartbeat=ALIVE, done=20, expected=80)
    made["fremd"] = make_run(ids["fremd"], "complete", 0, added=2)
    made["geheim"] = make_run(ids["geheim"], "complete", 0, added=1)
    return {name: job for name, (_, job) in made.items()}


class Rows:
    """Makes further sources of Dortmund, runs and records; the scene is made anew for those who count its sources."""

    run, record, alive = staticmethod(make_run), staticmethod(make_record), ALIVE

    def __init__(self, known: dict[str, Any]) -> None:
        self._known = known

    def source(self, **fields: Any) -> str:
        """A source without any run; returns its id."""
        from ckan import model

        self._known.clear()
        home: Any = model.Group.get("dortmund")
        return make_source(f"post-{uuid4().hex[:8]}", home.id, **fields)


@pytest.fixture
def rows(scene: dict[str, Any], _known: dict[str, Any]) -> Rows:
    """Makes rows in the tables, beside those of the scene."""
    return Rows(_known)
