"""Keeps the demo catalogue server running beside the demo portal, so that its download links work.

`python demo/background.py start|stop FOLDER`; FOLDER is the instance's folder, e.g. `.stack/demo`.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "stack"))

from files import hash_files, locked, read_json, write_json  # noqa: E402
from paths import VENV  # noqa: E402
from processes import choose_port, last_lines, port_is_free, running_pid, start_background, stop, wait_for  # noqa: E402
from steps import StackError  # noqa: E402

_WORD = "catalog_server.py"


class CatalogService:
    """The server's process, port and log in an instance's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.state_file = self.folder / "catalogs.json"
        self.pid_file = self.folder / "catalogs.pid"
        self.log = self.folder / "catalogs.log"

    @property
    def port(self) -> int:
        """The remembered port; 0 if it never ran."""
        return int(str(read_json(self.state_file).get("port", 0)))

    @property
    def base_url(self) -> str:
        """Where it answers, for the portal and for visitors on this machine."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> str:
        """Start it if it does not run, and return its address; it keeps its port as long as that is free."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / "catalogs.lock", "the demo catalogues"):
            if read_json(self.state_file).get("version") != _version():
                self.stop()  # a running one would go on serving the content of its start
            if running_pid(self.pid_file, _WORD) is None:
                self._launch()
            if not wait_for(self._answers, 20):
                raise StackError(f"The demo catalogues did not start. Their log says:\n{last_lines(self.log)}")
        return self.base_url

    def _launch(self) -> None:
        port = self.port
        if not port or not port_is_free(port):
            port = choose_port(f"{self.folder}:catalogs", self._others())
        write_json(self.state_file, {"port": port, "version": _version()}, 0o644)
        python = VENV / "bin" / "python"
        argv = [str(python if python.exists() else sys.executable), str(HERE / _WORD), "--port", str(port)]
        start_background(argv, log=self.log, pid_file=self.pid_file, env=os.environ, cwd=ROOT)

    def _others(self) -> set[int]:
        ports = read_json(self.folder / "state.json").get("ports")
        return {int(port) for port in ports.values()} if isinstance(ports, dict) else set()

    def _answers(self) -> bool:
        address = f"{self.base_url}/health"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:
            return answer.read() == b"ok\n"
        time.sleep(0.1)
        return False

    def stop(self) -> bool:
        """Stop it; tell whether it ran."""
        return stop(self.pid_file, _WORD)


def _version() -> str:
    return hash_files([*HERE.glob("*.py"), *HERE.glob("catalogs/*.yaml")])


def main(arguments: list[str]) -> int:
    """Start or stop; print the address after starting."""
    if len(arguments) != 2 or arguments[0] not in {"start", "stop"}:
        print(__doc__, file=sys.stderr)
        return 2
    service = CatalogService(Path(arguments[1]))
    try:
        if arguments[0] == "start":
            print(service.start())
        else:
            service.stop()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
