"""Real catalogue servers on loopback: pycsw with ISO 19139 records, and pygeoapi with OGC API Records."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
RECORDS = HERE.parent / "records"


@pytest.fixture(scope="session")
def peers_python() -> str:
    """The Python of the environment with the catalogue servers, made when it is not there."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "stack/stack.py"), "peers"],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"The environment of the catalogue servers could not be made: {done.stderr[-2000:]}")
    return done.stdout.strip()


@pytest.fixture(scope="session")
def start(peers_python: str) -> Iterator[Callable[..., str]]:
    """Start a server: start(kind, folder); returns its address."""
    processes: list[subprocess.Popen[str]] = []

    def run(kind: str, folder: Path) -> str:
        with open(folder / "log", "w", encoding="utf-8") as log:
            process = subprocess.Popen(
                [peers_python, str(HERE / "serve.py"), kind, str(folder), str(RECORDS / "iso")],
                stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        processes.append(process)
        assert process.stdout
        too_late = threading.Timer(180, process.kill)
        too_late.start()
        line = next((line for line in process.stdout if line.startswith("serving ")), "")
        too_late.cancel()
        if not line:
            pytest.fail(f"{kind} did not start:\n{(folder / 'log').read_text(errors='replace')[-3000:]}")
        return f"http://127.0.0.1:{line.split()[1]}"

    yield run
    for process in processes:
        process.kill()
        process.wait(timeout=30)


@dataclass
class Csw:
    """pycsw. `url` is its address; its records can be changed."""

    url: str
    database: Path

    def change(self, title: str, old: str, new: str) -> None:
        """Put other words into the record of a title; pycsw keeps umlauts as references."""
        statement = "UPDATE records SET xml = replace(xml, ?, ?) WHERE title = ? AND instr(xml, ?) > 0"
        self._execute(statement, old, new, title, old)

    def remove(self, title: str) -> None:
        self._execute("DELETE FROM records WHERE title = ?", title)

    def _execute(self, statement: str, *values: str) -> None:
        with closing(sqlite3.connect(self.database)) as connection:
            assert connection.execute(statement, values).rowcount == 1
            connection.commit()


@pytest.fixture(scope="session")
def _csw(start: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Csw:
    folder = tmp_path_factory.mktemp("csw")
    url = start("csw", folder)
    return Csw(f"{url}/csw", folder / "records.db")


@pytest.fixture
def csw(_csw: Csw) -> Iterator[Csw]:
    """pycsw with all records as they are in the folder."""
    with closing(sqlite3.connect(":memory:")) as kept, closing(sqlite3.connect(_csw.database)) as served:
        served.backup(kept)
        yield _csw
        kept.backup(served)


@dataclass
class OgcRecords:
    """pygeoapi. `url` is its address; its records can be changed."""

    url: str
    file: Path

    def put(self, records: list[dict[str, Any]]) -> None:
        """Serve these records."""
        found = {str(number): record for number, record in enumerate(records, 1)}
        self.file.write_text(json.dumps({"_default": found}), encoding="utf-8")

    def records(self) -> list[dict[str, Any]]:
        """The records of the file, each time anew."""
        return json.loads((RECORDS / "ogc_records.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def _ogc_records(start: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> OgcRecords:
    folder = tmp_path_factory.mktemp("ogc")
    served = OgcRecords("", folder / "records.tinydb")
    served.put(served.records())
    served.url = start("ogc_records", folder)
    return served


@pytest.fixture
def ogc_records(_ogc_records: OgcRecords) -> OgcRecords:
    """pygeoapi with all records of the file."""
    _ogc_records.put(_ogc_records.records())
    return _ogc_records


@pytest.fixture
def fetch() -> Iterator[Any]:
    """The harvest's way through the HTTP door, with local addresses allowed."""
    from ckanext.rvr_harvest import translate
    from ckanext.rvr_harvest.adapters.contract import FetchError
    from ckanext.rvr_portal.exceptions import HttpDoorError
    from ckanext.rvr_portal.http import HttpDoor

    with HttpDoor(allow_local=True, retries=0) as door:

        def get(url: str, *, accept: str = "*/*", known: Any = None) -> Any:
            try:
                return door.get(url, headers={"accept": accept})
            except HttpDoorError as error:
                raise FetchError(translate.door_sentence(error), getattr(error, "status", None)) from error

        yield get
