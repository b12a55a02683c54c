"""A second CKAN site, plain as CKAN and ckanext-dcat come: a process that serves it until it is ended.

It has its own tables (in the schema `second_site` of the test database) and its own site id in the index. When it is
ready, it prints one line of JSON: {"token": …} of its administrator.

    ckan_site.py PORT        settings come from CKAN_INI and CKAN_… variables
"""

from __future__ import annotations

import json
import os
import sys

import psycopg2
from psycopg2 import sql
from werkzeug.serving import make_server

SCHEMA = "second_site"


def main(port: int) -> None:
    make_tables(os.environ["CKAN_SQLALCHEMY_URL"])
    os.environ["CKAN_SQLALCHEMY_URL"] += f"?options=-csearch_path={SCHEMA}"

    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(os.environ["CKAN_INI"]))
    server = make_server("127.0.0.1", port, app, threaded=True)
    with app._wsgi_app.test_request_context():
        token = make_administrator()
    print(json.dumps({"token": token}), flush=True)
    server.serve_forever()


def make_tables(database: str, schema: str = SCHEMA) -> None:
    """Empty tables like those of the portal, which the stack has made; a copy takes no second, migrations take many."""
    connection = psycopg2.connect(database)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        cursor.execute(f"CREATE SCHEMA {schema}")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            table = sql.Identifier(name)
            cursor.execute(
                sql.SQL("CREATE TABLE {schema}.{table} (LIKE public.{table} INCLUDING ALL)").format(
                    schema=sql.Identifier(schema), table=table
                )
            )
    connection.close()


def make_administrator() -> str:
    """An administrator, in an empty index; returns a token."""
    from ckan import model
    from ckan.lib.search import clear_all
    from ckan.plugins import toolkit as tk

    clear_all()
    model.Session.add(
        model.User(name="verwaltung", email="verwaltung@example.org", password="geheim-123", sysadmin=True)
    )
    model.repo.commit_and_remove()
    return tk.get_action("api_token_create")({"ignore_auth": True}, {"user": "verwaltung", "name": "test"})["token"]


if __name__ == "__main__":
    main(int(sys.argv[1]))
