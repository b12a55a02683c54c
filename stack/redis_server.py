"""A private Redis server: own data folder, loopback only, with a password."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

from files import write_whole
from processes import LOOPBACK, last_lines, running_pid, start_background, stop, wait_for
from steps import StackError


class Redis:
    """The Redis of one instance."""

    def __init__(self, folder: Path, port: int, password: str) -> None:
        self.folder = folder
        self.port = port
        self.password = password
        self._pid_file = folder / "pid"
        self._word = "redis-server"

    @property
    def url(self) -> str:
        """The address for CKAN."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def running(self) -> bool:
        """Tell whether the server lives."""
        return running_pid(self._pid_file, self._word) is not None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        if self.running():
            return
        program = shutil.which("redis-server")
        if not program:
            raise StackError("The program redis-server was not found.")
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "redis.conf"
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.folder}"',
            "save 60 1",
            "stop-writes-on-bgsave-error no",
            "databases 4",
        ]
        write_whole(configuration, "\n".join(lines) + "\n", 0o600)
        log = self.folder / "log"
        command = [program, str(configuration)]
        start_background(command, log=log, pid_file=self._pid_file, env=os.environ, cwd=self.folder)
        if not wait_for(lambda: self._answers() or not self.running(), 20, pause=0.05) or not self.running():
            raise StackError(f"Redis did not start on port {self.port}; its log {log} ends:\n{last_lines(log)}")

    def stop(self) -> bool:
        """Stop the server; tell whether it ran."""
        return stop(self._pid_file, self._word)

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return b"+OK" in connection.recv(64)
        except OSError:
            return False
