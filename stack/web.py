"""The web server and the worker for background jobs of an instance."""

from __future__ import annotations

import urllib.error
import urllib.request

from instance import Instance
from paths import BIN, ROOT
from processes import last_lines, port_answers, port_is_free, running_pid, start_background, stop, wait_for
from steps import StackError

# runs and dry runs of the harvest wait in a queue of their own
QUEUES = ("default", "rvr_harvest")
_SECONDS_TO_START = 90
_TRIES = 5
_OK = 200
_CODE = {".py", ".yaml", ".yml", ".html", ".mo", ".csv"}


class Web:
    """The web server of one instance."""

    _word = "gunicorn.conf.py"

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._pid_file = instance.folder / "web.pid"
        self.log = instance.folder / "web.log"

    def running(self) -> bool:
        """Tell whether the web server lives."""
        return running_pid(self._pid_file, self._word) is not None

    def check_port(self) -> None:
        """Refuse a port that another program has."""
        port = self.instance.port("web")
        if not self.running() and not port_is_free(port):
            raise StackError(
                f"Port {port} is taken by another program; choose a free one, for example: PORT={port + 1} make demo"
            )

    def launch(self) -> None:
        """Start the web server without waiting for it."""
        if self.running():
            return
        self.check_port()
        self.log.unlink(missing_ok=True)
        command = [str(BIN / "python"), "-m", "gunicorn", "-c", str(ROOT / "stack" / self._word), "wsgi:application"]
        environment = {**self.instance.env(), "RVR_STACK_WEB_PORT": str(self.instance.port("web"))}
        start_background(command, log=self.log, pid_file=self._pid_file, env=environment, cwd=ROOT / "stack")

    def wait(self) -> None:
        """Wait until the server accepts connections."""
        port = self.instance.port("web")
        wait_for(lambda: port_answers(port) or not self.running(), _SECONDS_TO_START, pause=0.1)
        if not self.running() or not port_answers(port):
            raise StackError(f"The web server did not start; its log {self.log} ends:\n{last_lines(self.log)}")

    def serve_first_page(self) -> None:
        """Fetch the front page; a few tries, as the last service may just be getting ready."""
        statuses: list[int] = []
        while len(statuses) < _TRIES and _OK not in statuses:
            statuses.append(self._status())
        if _OK not in statuses:
            raise StackError(
                f"The front page at {self.instance.site_url} answers {statuses[-1] or 'nothing'}; "
                f"the log {self.log} ends:\n{last_lines(self.log)}"
            )

    def outdated(self) -> bool:
        """Tell whether code, templates or settings are newer than the running server."""
        try:
            started = self._pid_file.stat().st_mtime
        except OSError:
            return False
        files = [path for path in (ROOT / "ckanext").rglob("*") if path.suffix in _CODE]
        return any(path.stat().st_mtime > started for path in [*files, ROOT / "stack" / "settings.ini"])

    def stop(self) -> bool:
        """Stop the web server; tell whether it ran."""
        return stop(self._pid_file, self._word)

    def _status(self) -> int:
        try:
            with urllib.request.urlopen(self.instance.site_url + "/", timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


class Worker:
    """The worker for background jobs of one instance."""

    _word = "jobs worker"

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._pid_file = instance.folder / "worker.pid"

    def running(self) -> bool:
        """Tell whether the worker lives."""
        return running_pid(self._pid_file, self._word) is not None

    def launch(self) -> None:
        """Start the worker."""
        if self.running():
            return
        log = self.instance.folder / "worker.log"
        command = [str(BIN / "ckan"), "jobs", "worker", *QUEUES]
        start_background(command, log=log, pid_file=self._pid_file, env=self.instance.env(), cwd=ROOT)

    def stop(self) -> bool:
        """Stop the worker; tell whether it ran."""
        return stop(self._pid_file, self._word, seconds=5)
