"""A private PostgreSQL cluster: own data folder, loopback only, password for every role."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from paths import ROOT
from processes import LOOPBACK, last_lines, running_pid, wait_for
from steps import StackError

SUPERUSER = "stack"
# Speed before safety against a power cut: the contents of a local stack can be made again.
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "80",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "logging_collector": "off",
}


def binary(name: str) -> str:
    """Return the path of a PostgreSQL program, the newest version installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: float(path.parts[-3]) if path.parts[-3].replace(".", "").isdigit() else 0,
    )
    path = str(found[-1]) if found else shutil.which(name)
    if not path:
        raise StackError(f"PostgreSQL's program {name} was not found.")
    return path


class Postgres:
    """The cluster of one instance."""

    def __init__(self, folder: Path, port: int, password: str) -> None:
        self.folder = folder
        self.port = port
        self.password = password

    @property
    def data(self) -> Path:
        """The data folder itself."""
        return self._place / "data"

    @property
    def _place(self) -> Path:
        """Where the folder really lies: its user may not be able to follow a link inside the project."""
        return self.folder.resolve()

    def running(self) -> bool:
        """Tell whether the cluster's server lives."""
        return running_pid(self.data / "postmaster.pid", "postgres") is not None

    def start(self) -> None:
        """Create the cluster if there is none, and start its server."""
        if self.running():
            # perhaps started a moment ago by a command that was killed
            wait_for(self._ready, 60)
            return
        self._prepare_folder()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        options = " ".join(f"-c {key}='{value}'" for key, value in {**SETTINGS, "port": self.port}.items())
        log = self._place / "log"
        command = [binary("pg_ctl"), "-D", str(self.data), "-l", str(log), "-w", "-t", "60", "-o", options, "start"]
        # after a hard kill the old server's children need a moment to go; starting is refused until then
        started = wait_for(lambda: self._as_owner(command).returncode == 0 or not _still_locked(log), 30, pause=0.5)
        if not started or not self.running():
            raise StackError(f"PostgreSQL did not start on port {self.port}; its log {log} ends:\n{last_lines(log)}")

    def stop(self) -> bool:
        """Stop the server; tell whether it ran."""
        if not self.running():
            return False
        self._as_owner([binary("pg_ctl"), "-D", str(self.data), "-m", "fast", "-w", "-t", "30", "stop"])
        return True

    def url(self, role: str, password: str, database: str) -> str:
        """Return a database address for SQLAlchemy."""
        return f"postgresql://{role}:{password}@{LOOPBACK}:{self.port}/{database}"

    def sql(self, text: str, database: str = "postgres") -> str:
        """Run SQL as superuser and return its output, one row a line."""
        done = subprocess.run(
            [
                *(binary("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
                *("-h", LOOPBACK, "-p", str(self.port), "-U", SUPERUSER, "-d", database),
            ],
            input=text,
            env={**os.environ, "PGPASSWORD": self.password, "PGCLIENTENCODING": "UTF8"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StackError(f"PostgreSQL refused a command: {done.stderr.strip()}")
        return done.stdout.strip()

    def ensure_role(self, role: str, password: str) -> None:
        """Create a login role, or set its password again."""
        verb = "ALTER" if self.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'") else "CREATE"
        self.sql(f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}'")

    def ensure_database(self, database: str, owner: str) -> None:
        """Create a database if it is missing."""
        if not self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"):
            self.sql(f"CREATE DATABASE {database} OWNER {owner} ENCODING 'UTF8' TEMPLATE template0")

    def _ready(self) -> bool:
        command = [binary("pg_isready"), "-q", "-h", LOOPBACK, "-p", str(self.port)]
        return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0

    def _create(self) -> None:
        for left_over in self._place.glob("data.unfinished*"):
            shutil.rmtree(left_over, ignore_errors=True)
        # a folder of its own: the initdb of a command that was killed may still be at work
        unfinished = self._place / f"data.unfinished.{os.getpid()}"
        password_file = self._place / "password"
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self.password + "\n", encoding="ascii")
        _give_to_owner(password_file)
        command = [binary("initdb"), "-D", str(unfinished), "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8"]
        command += ["--auth=scram-sha-256", f"--pwfile={password_file}", "--no-sync"]
        done = self._as_owner(command)
        password_file.unlink()
        if done.returncode:
            raise StackError(f"PostgreSQL's data folder could not be made in {self.folder}: {done.stderr.strip()}")
        unfinished.rename(self.data)

    def _prepare_folder(self) -> None:
        """Make the folder; where PostgreSQL's user cannot get at the project, link to one it can reach."""
        if not self.folder.exists() and os.geteuid() == 0 and not _reachable(self.folder.parent):
            key = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
            place = Path("/var/lib") / f"{ROOT.name}-stack-{key}"
            place.mkdir(mode=0o700, exist_ok=True)
            if self.folder.is_symlink():
                self.folder.unlink()
            self.folder.symlink_to(place)
        self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        _give_to_owner(self._place)

    def _as_owner(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*_owner_prefix(), *command],
            stdin=subprocess.DEVNULL,
            # pg_ctl's server inherits these: files, not pipes, or the call would wait for the server's end
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if "start" not in command else subprocess.DEVNULL,
            cwd="/",
            text=True,
            check=False,
            start_new_session=True,
        )


def _owner() -> pwd.struct_passwd | None:
    """The system user the server runs as when we are root (PostgreSQL refuses to be root)."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise StackError("The system user postgres is missing; installing the package postgresql creates it.") from None


def _owner_prefix() -> list[str]:
    owner = _owner()
    if owner is None:
        return []
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--init-groups", "--inh-caps=-all"]


def _still_locked(log: Path) -> bool:
    return any(words in last_lines(log, 4) for words in ("already exists", "still in use"))


def _give_to_owner(path: Path) -> None:
    owner = _owner()
    if owner is not None:
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _reachable(folder: Path) -> bool:
    return subprocess.run([*_owner_prefix(), "test", "-x", str(folder)], check=False, cwd="/").returncode == 0
