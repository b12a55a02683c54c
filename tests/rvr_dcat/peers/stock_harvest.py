"""A second CKAN site, plain as CKAN, ckanext-harvest and ckanext-dcat come, that harvests a catalogue once.

    stock_harvest.py URL     settings come from CKAN_INI and CKAN_… variables; prints {"errors": […], "datasets": […]}

Its tables are in the schema `stock_harvest` of the test database, its datasets have their own site id in the index.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any

import psycopg2

_SITE = runpy.run_path(str(Path(__file__).resolve().parents[2] / "rvr_harvest/peers/ckan_site.py"))
SCHEMA = "stock_harvest"


def main(url: str) -> None:
    _SITE["make_tables"](os.environ["CKAN_SQLALCHEMY_URL"], SCHEMA)
    make_constraint(os.environ["CKAN_SQLALCHEMY_URL"])
    os.environ["CKAN_SQLALCHEMY_URL"] += f"?options=-csearch_path={SCHEMA}"

    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(os.environ["CKAN_INI"]))
    with app._wsgi_app.test_request_context():
        _SITE["make_administrator"]()
        print(json.dumps(harvest(url)), flush=True)


def make_constraint(database: str) -> None:
    """The one that the harvester defers by its name; copied tables have none."""
    connection = psycopg2.connect(database)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE {SCHEMA}.harvest_object ADD CONSTRAINT harvest_object_package_id_fkey FOREIGN KEY (package_id)"
            f" REFERENCES {SCHEMA}.package (id) DEFERRABLE"
        )
    connection.close()


def harvest(url: str) -> dict[str, Any]:
    """Harvest as the site's administrator does with “run-test”."""
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestJob
    from ckanext.harvest.tests.lib import run_harvest_job

    def call(action: str, **data: Any) -> Any:
        return tk.get_action(action)({"user": "verwaltung", "ignore_auth": True}, data)

    owner = call("organization_create", name="eigene")["id"]
    source = call(
        "harvest_source_create", name="quelle", title="Quelle", url=url, source_type="dcat_rdf", owner_org=owner
    )
    job = HarvestJob.get(call("harvest_job_create", source_id=source["id"], run=False)["id"])
    run_harvest_job(job, queue.get_harvester("dcat_rdf"))
    model.Session.expire_all()
    errors = [str(one.message) for one in [*job.gather_errors, *(e for o in job.objects for e in o.errors)]]
    found = call("package_search", fq="dataset_type:dataset", rows=1000)
    return {"errors": errors, "datasets": found["results"]}


if __name__ == "__main__":
    main(sys.argv[1])
