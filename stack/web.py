"""The web server and the worker for background jobs of an instance."""

from __future__ import annotations

import urllib.error
import urllib.request

from instance import Instance
from paths import BIN, ROOT
from processes import last_lines, port_is_free, running_pid, start_background, stop, wait_for
from steps import StackError

_SECONDS_TO_START = 90


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
        """Wait until the front page is served."""
        wait_for(lambda: self._status() == 200 or not self.running(), _SECONDS_TO_START, pause=0.2)
        status = self._status()
        if status != 200:
            raise StackError(
                f"The web server answers {status or 'nothing'} at {self.instance.site_url}; its log {self.log} ends:\n"
                + last_lines(self.log)
            )

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
        command = [str(BIN / "ckan"), "jobs", "worker"]
        start_background(command, log=log, pid_file=self._pid_file, env=self.instance.env(), cwd=ROOT)

    def stop(self) -> bool:
        """Stop the worker; tell whether it ran."""
        return stop(self._pid_file, self._word, seconds=5)
