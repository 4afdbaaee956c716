"""A PostgreSQL of the tests' own, run from the machine's server programs, also as root."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

START_SECONDS = 30
INITIALLY = ("--username=tester", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
# Throw-away data needs no disk; a test of crashes asks for a durable server.
HASTE = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")


@dataclass
class PostgresServer:
    """A running server that only this machine's users can reach, through a socket in `folder`."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://tester@/{name}?host={self.folder}"

    def command(self, sql: str) -> None:
        with self._connection() as connection:
            connection.execute(sql.encode())

    def value(self, sql: str) -> str:
        with self._connection() as connection:
            return connection.execute(sql.encode()).fetchall()[0][0]

    def _connection(self) -> "psycopg.Connection[tuple[str, ...]]":
        return psycopg.connect(dbname="postgres", user="tester", host=str(self.folder), autocommit=True)

    @contextmanager
    def database(self, *, template: str = "template0") -> Iterator[str]:
        """The URL of a new database, gone afterwards. A template must have nobody connected to it."""
        name = f"test_{next(self._numbers)}"
        self.command(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.url(name)
        finally:
            self.command(f"DROP DATABASE {name} WITH (FORCE)")


def _as_server_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root, and must not outlive a test run that was killed."""
    if not shutil.which("setpriv"):  # not Linux: then hardly root either
        return []
    command = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() != 0:
        return command
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [*command, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


@contextmanager
def private_postgresql(programs: Path, *, durable: bool = False) -> Iterator[PostgresServer]:
    """A server of our own, stopped and removed afterwards. `durable` keeps what a crash must not lose."""
    folder = Path(tempfile.mkdtemp(prefix="volunteer-match-pg-"))
    data = folder / "data"
    prefix = _as_server_user(folder)
    subprocess.run(
        [*prefix, str(programs / "initdb"), "-D", str(data), *INITIALLY],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    sockets = ("-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}")
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*prefix, str(programs / "postgres"), "-D", str(data), *sockets, *(() if durable else HASTE)],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            start_new_session=True,  # Ctrl-C is for the tests; they stop the server when they are done with it
        )
    try:
        _wait_until_ready(programs, folder, server)
        yield PostgresServer(folder)
    finally:
        server.send_signal(signal.SIGINT)  # the fast way down: it doesn't wait for connections left open
        server.wait(timeout=START_SECONDS)
        shutil.rmtree(folder)


def _wait_until_ready(programs: Path, folder: Path, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((folder / "server.log").read_text())
        time.sleep(0.02)
