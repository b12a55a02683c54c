#!/usr/bin/env python3
"""Makes the passwords and keys of an installation: `python3 docker/make_secrets.py`. What exists stays as it is."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "secrets"
NAMES = (
    "postgres_password",
    "ckan_db_password",
    "datastore_read_password",
    "redis_password",
    "secret_key",
    "api_token_secret",
)


def make(folder: Path) -> list[str]:
    """Write what is missing and return its names.

    The folder is closed to other users of the machine; the files inside are readable, because the containers' users,
    which are nobody on the machine, read them through a mount.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = []
    for name in NAMES:
        try:
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        except FileExistsError:
            continue
        os.fchmod(descriptor, 0o444)  # whatever the umask says
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48))
        made.append(name)
    return made


def main() -> int:
    """Say what was made."""
    made = make(FOLDER)
    print(f"Made in {FOLDER}: {', '.join(made)}." if made else f"All secrets are already in {FOLDER}.")
    missing = [name for name in ("tls_certificate", "tls_key") if not (FOLDER / name).exists()]
    if missing:
        print(f"Still to be put there by you: {' and '.join(missing)} (PEM).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
