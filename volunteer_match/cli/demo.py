"""The demo: the whole platform on this machine, with invented people, from one command.

`python -m volunteer_match.cli.demo serve` needs no settings: it makes keys of its own, kept in `instance/demo.env`,
and gives them to the programs it starts. `flask demo prepare` is one of those.
"""

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn
from urllib.error import URLError
from urllib.request import urlopen

import click
from flask import current_app
from flask.cli import with_appcontext

from volunteer_match.cli.demo_logins import demo_logins
from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import db

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = "127.0.0.1"
START_SECONDS = 120
STOP_SECONDS = 25  # longer than gunicorn's own graceful_timeout
LINES_SHOWN = 20
SEED = 2026
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

Child = subprocess.Popen[bytes]


class Stopped(BaseException):
    """Somebody asked the demo to stop; not an error, so it passes every `except Exception`."""


class DemoFolder:
    """Where the demo keeps its things."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / "demo.sqlite"
        self.keys = path / "demo.env"
        self.log = path / "demo.log"
        self.lock = path / "demo.lock"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One demo at a time; the lock goes with the process, however it ends."""
        self.path.mkdir(exist_ok=True)
        with self.lock.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise click.ClickException("A demo is running from this folder. Stop it first (Ctrl-C).") from None
            yield

    def remove(self) -> None:
        """Everything but the lock."""
        journals = [self.database.with_name(self.database.name + suffix) for suffix in ("-wal", "-shm")]
        for file in (self.database, *journals, self.keys, self.log):
            file.unlink(missing_ok=True)

    def read_or_make_keys(self) -> dict[str, str]:
        """The demo's own keys: random at first, the same ever after, or the data could not be read."""
        if not self.keys.exists():
            if self.database.exists():
                raise click.ClickException(
                    f"{self.database} can't be read without {self.keys}. `make demo-reset` starts over."
                )
            self._write_keys()
        lines = self.keys.read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def _write_keys(self) -> None:
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "AUDIT_KEY": secrets.token_urlsafe(48),
            "ENCRYPTION_KEYS": f"demo:{urlsafe_b64encode(secrets.token_bytes(32)).decode()}",
        }
        self.keys.touch(mode=0o600)
        self.keys.write_text("".join(f"{name}={value}\n" for name, value in made.items()))

    def end_of_log(self) -> str:
        """What the programs said last."""
        lines = self.log.read_text(errors="replace").splitlines()[-LINES_SHOWN:]
        return "\n".join((*lines, f"All of it: {self.log}"))


in_folder = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "instance",
    callback=lambda _context, _option, path: DemoFolder(path.resolve()),
    help="Where the demo keeps its data; instance/ unless told otherwise.",
)


@click.group("demo", help="The platform with invented people, on this machine only.")
def demo_cli() -> None:
    pass


@demo_cli.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@in_folder
def serve(port: int, folder: DemoFolder) -> None:
    """Prepare the demo, start web server and mail worker, and keep them until Ctrl-C."""
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    try:
        _refuse_taken(port)
        with folder.alone():
            _serve(folder, port)
    except Stopped:
        click.echo("\nThe demo has stopped. Its data stays; `make demo` goes on with it.")


@demo_cli.command("reset")
@in_folder
def reset(folder: DemoFolder) -> None:
    """Remove the demo's data and keys; the next start fills it anew."""
    with folder.alone():
        folder.remove()
    click.echo("The demo's data is gone. `make demo` fills it anew.")


@demo_cli.command("prepare")
@with_appcontext
def prepare() -> None:
    """Migrate the database, and fill an empty one with invented people; one with people in it is left as it is."""
    # Not at the top: `serve` starts at once, without reading the whole application.
    from flask_migrate import upgrade  # noqa: PLC0415
    from sqlalchemy import func, select  # noqa: PLC0415

    from volunteer_match.cli.demo_filling import fill  # noqa: PLC0415
    from volunteer_match.config import Settings  # noqa: PLC0415
    from volunteer_match.people.models import User  # noqa: PLC0415

    settings: Settings = current_app.extensions["settings"]
    if not settings.demo:
        raise click.ClickException("Only with DEMO=1: everybody knows the password of the invented staff.")
    upgrade()
    if db.session.scalar(select(func.count()).select_from(User)):
        return
    fill(now=utc_now(), seed=SEED)
    db.session.commit()


def _stop(_number: int, _frame: object) -> NoReturn:
    for number in STOP_SIGNALS:  # a second Ctrl-C must not interrupt the stopping
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HERE, port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} can't be used ({error.strerror}). Choose another one, such as: make demo PORT=5001"
            ) from None


def _serve(folder: DemoFolder, port: int) -> None:
    with ExitStack() as running:
        environment = _environment(folder.read_or_make_keys(), folder, port, running.enter_context(_mail_server()))
        log = running.enter_context(folder.log.open("wb")).fileno()
        click.echo(
            "Starting …" if folder.database.exists() else "Making up a town; this takes a minute the first time …"
        )
        with _child(_flask("demo", "prepare"), environment, log) as preparing:
            if preparing.wait() != 0:
                raise click.ClickException(f"The demo's data could not be prepared.\n{folder.end_of_log()}")
        children = {
            name: running.enter_context(_child(command, environment, log)) for name, command in _programs(port).items()
        }
        _wait_until_healthy(folder, port, children)
        _say_ready(folder, port)
        while True:
            _check_alive(folder, children)
            time.sleep(0.5)


def _environment(keys: Mapping[str, str], folder: DemoFolder, port: int, smtp_port: int) -> dict[str, str]:
    """What `.env` or the shell say of a real instance must not reach the demo."""
    return {
        **os.environ,
        **keys,
        "DEMO": "1",
        "BASE_URL": f"http://{HERE}:{port}",
        "DATABASE_URL": f"sqlite:///{folder.database}",
        "SMTP_HOST": HERE,
        "SMTP_PORT": str(smtp_port),
        "SMTP_TLS": "none",
        "SMTP_USER": "",
        "SMTP_PASSWORD": "",
        "PROXIES_IN_FRONT": "0",
        "PYTHONUNBUFFERED": "1",
    }


def _flask(*command: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "app", *command]


def _programs(port: int) -> dict[str, list[str]]:
    return {
        "web server": [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", f"{HERE}:{port}"],
        "mail worker": _flask("worker"),
    }


@contextmanager
def _mail_server() -> Iterator[int]:
    """Takes every mail and keeps none: /demo/mails shows what was sent. Gives its port."""
    from aiosmtpd.controller import Controller  # noqa: PLC0415 - a tool of development, absent in production

    class Taker:
        async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802
            return "250 taken"

    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port = int(probe.getsockname()[1])
    controller = Controller(Taker(), hostname=HERE, port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def _child(command: Sequence[str], environment: Mapping[str, str], log: int) -> Iterator[Child]:
    """A program of ours, in a session of its own so that Ctrl-C reaches only us and we stop it in good order."""
    child = subprocess.Popen(  # noqa: S603 - the commands above
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _wait_until_healthy(folder: DemoFolder, port: int, children: Mapping[str, Child]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        _check_alive(folder, children)
        try:
            with urlopen(f"http://{HERE}:{port}/healthz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise click.ClickException(f"The web server did not answer within {START_SECONDS} seconds.\n{folder.end_of_log()}")


def _check_alive(folder: DemoFolder, children: Mapping[str, Child]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise click.ClickException(f"The {name} has ended unexpectedly.\n{folder.end_of_log()}")


def _say_ready(folder: DemoFolder, port: int) -> None:
    address = f"http://{HERE}:{port}"
    click.echo(f"\nReady: {address}\n\n{demo_logins()}\n")
    click.echo(f"Mails: {address}/demo/mails\nLog:   {folder.log}\nCtrl-C stops the demo.")
    sys.stdout.flush()


if __name__ == "__main__":
    demo_cli()
