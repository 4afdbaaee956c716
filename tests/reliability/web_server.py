"""gunicorn as it is run, with workers that can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.not_checked import not_checked
from tests.notifications.mail_server import free_port
from tests.reliability.over_http import HttpClient
from tests.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120


@dataclass
class WebServer:
    """A master and its workers."""

    port: int
    process: "subprocess.Popen[bytes]"

    def workers(self) -> list[int]:
        """The process ids of the moment."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def kill_a_worker(self, random: Random) -> bool:
        """kill -9, in the middle of whatever it is doing; False when there was none to kill."""
        workers = self.workers()
        if not workers:
            return False
        with suppress(ProcessLookupError):
            os.kill(random.choice(workers), signal.SIGKILL)
        return True


@contextmanager
def served(url: str, log: Path, **settings: str) -> Iterator[WebServer]:
    """Two workers over a database. Preloaded, so that a killed worker is back at once."""
    if not Path("/proc/self/task").is_dir():
        not_checked("killing web workers needs a /proc to find them in")
    port = free_port()
    environment = {**os.environ, **{name.upper(): value for name, value in SETTINGS.items()}}
    environment |= {"DATABASE_URL": url, "PROXIES_IN_FRONT": "1", **settings}
    command = [sys.executable, "-m", "gunicorn", "--preload", "--bind", f"127.0.0.1:{port}"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        _wait_until_it_answers(process, port, log)
        yield WebServer(port, process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        with suppress(TimeoutError, OSError):
            if HttpClient(port)._once("GET", "/healthz", None).status_code == 200:
                return
        time.sleep(0.2)
    raise TimeoutError(log.read_text())
