"""A PostgreSQL server for the tests: of this machine's own, in a temporary folder."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

PASSWORD = "a-very-secret-word"
_NOBODY = 65534
_LONGEST = 30
"""Seconds for a start."""


def programs() -> Path | None:
    """Where Debian keeps the server's programs, of the newest version; None if there are none."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


class Postgres:
    """A server that listens on the loopback alone; it may be stopped and started."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        # It refuses to run as root.
        self._user: dict[str, Any] = {} if os.geteuid() else {"user": _NOBODY, "group": _NOBODY}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._names = count(1)
        self._make()
        self.start()

    def _make(self) -> None:
        password = self._folder / "password"
        password.write_text(PASSWORD)
        if self._user:
            os.chown(self._folder, _NOBODY, _NOBODY)
            os.chown(password, _NOBODY, _NOBODY)
        subprocess.run(
            [
                *(self._programs / "initdb", "--pgdata", self._folder / "data", "--no-sync"),
                *("--username=footnote", f"--pwfile={password}", "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale=C.UTF-8"),
            ],
            check=True,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            **self._user,
        )

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        self._process = subprocess.Popen(
            [
                *(self._programs / "postgres", "-D", self._folder / "data", "-p", str(self._port)),
                *("-h", "127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"),
            ],
            cwd=self._folder,
            stderr=subprocess.DEVNULL,
            **self._user,
        )
        for _ in range(100 * _LONGEST):
            try:
                self._admin().close()
            except psycopg.OperationalError:
                time.sleep(0.01)
            else:
                return
        raise TimeoutError

    def stop(self) -> None:
        """Stop it at once; whoever is connected is cut off."""
        self.crash()
        self._process.wait()

    def crash(self) -> None:
        """Let it fail, from any process; the next start has to recover what it holds."""
        os.kill(self._process.pid, signal.SIGQUIT)

    def freeze(self) -> None:
        """Let none of its processes run until `thaw`; the system still takes what it is sent."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them all go on."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: signal.Signals) -> None:
        main = self._process.pid
        self._process.send_signal(number)
        for child in Path(f"/proc/{main}/task/{main}/children").read_text().split():
            # One whose client has left ends as soon as it goes on.
            with suppress(ProcessLookupError):
                os.kill(int(child), number)

    def new_place(self) -> str:
        """The URL of the database, so that all goes into a schema that is new."""
        name = f"place_{next(self._names)}"
        with self._admin() as admin:
            admin.execute(f"create schema {name}".encode())
        return f"{self.url}?options=-csearch_path%3D{name}"

    @property
    def url(self) -> str:
        """The URL of its database."""
        return f"postgresql://footnote:{PASSWORD}@127.0.0.1:{self._port}/postgres"

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True)


@contextmanager
def running_postgres(programs: Path) -> Iterator[Postgres]:
    """A server that runs in the block."""
    with TemporaryDirectory(prefix="footnote-postgres-") as folder:
        server = Postgres(programs, Path(folder))
        try:
            yield server
        finally:
            server.stop()
