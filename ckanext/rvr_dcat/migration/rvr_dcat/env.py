"""Runs this plugin's migrations; the address of the database comes from CKAN."""

from __future__ import annotations

from alembic import context
from ckan.model.meta import metadata
from sqlalchemy import engine_from_config, pool

NAME = "rvr_dcat"


def _settings() -> dict[str, object]:
    return {
        "target_metadata": metadata,
        "version_table": f"{NAME}_alembic_version",
        "include_object": lambda _object, name, kind, *_rest: kind != "table" or name.startswith(NAME),
    }


if context.is_offline_mode():
    context.configure(
        url=context.config.get_main_option("sqlalchemy.url"),
        literal_binds=True,
        **_settings(),
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    section = context.config.get_section(context.config.config_ini_section) or {}
    engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, **_settings())
        with context.begin_transaction():
            context.run_migrations()
