"""The demo's supervisor, as the process that `make demo` starts."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import click
import pytest
from click.testing import CliRunner

from tests.notifications.mail_server import free_port
from volunteer_match.cli.demo import DemoFolder, demo_cli

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 120


@contextmanager
def demo(folder: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """A supervisor that is stopped whatever happens."""
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "volunteer_match.cli.demo", "serve", "--port", str(port), "--folder", str(folder)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield supervisor
    finally:
        if supervisor.poll() is None:
            supervisor.send_signal(signal.SIGTERM)
        supervisor.communicate(timeout=STOP_SECONDS)


def wait_until_ready(supervisor: "subprocess.Popen[str]", port: int) -> str:
    assert supervisor.stdout is not None
    said = []
    for line in supervisor.stdout:
        said.append(line)
        if line.startswith("Ctrl-C stops"):
            break
    text = "".join(said)
    assert f"Ready: http://127.0.0.1:{port}\n" in text
    return text


def children_of(supervisor: "subprocess.Popen[str]") -> dict[str, int]:
    """The supervisor's programs by what they are."""
    found = {}
    for pid in Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children").read_text().split():
        command = Path(f"/proc/{pid}/cmdline").read_text()
        found["worker" if "worker" in command else "web"] = int(pid)
    return found


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.slow
def test_the_demo_starts_keeps_its_data_and_stops_whole(tmp_path: Path) -> None:
    folder, port = DemoFolder(tmp_path / "instance"), free_port()
    with demo(folder.path, port) as supervisor:
        wait_until_ready(supervisor, port)
        with urlopen(f"http://127.0.0.1:{port}/demo/mails") as page:
            assert page.status == 200
        children = children_of(supervisor)
        assert set(children) == {"web", "worker"}

        refused = CliRunner().invoke(demo_cli, ["reset", "--folder", str(folder.path)])
        assert refused.exit_code == 1
        assert "A demo is running" in refused.output

        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(timeout=STOP_SECONDS) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in children.values())
        assert is_free(port)

    keys, size = folder.keys.read_text(), folder.database.stat().st_size
    with demo(folder.path, port) as supervisor:
        wait_until_ready(supervisor, port)
        assert folder.keys.read_text() == keys
        assert folder.database.stat().st_size == size
        os.kill(children_of(supervisor)["worker"], signal.SIGKILL)
        said, _ = supervisor.communicate(timeout=STOP_SECONDS)
        assert supervisor.returncode == 1
        assert "The mail worker has ended unexpectedly." in said
        assert is_free(port)

    gone = CliRunner().invoke(demo_cli, ["reset", "--folder", str(folder.path)])
    assert gone.exit_code == 0
    assert [path.name for path in folder.path.iterdir()] == ["demo.lock"]


def test_a_port_in_use_is_said_clearly(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo(tmp_path / "instance", port) as supervisor:
            said, _ = supervisor.communicate(timeout=STOP_SECONDS)
    assert supervisor.returncode == 1
    assert f"Port {port} can't be used" in said
    assert "make demo PORT=" in said
    assert not (tmp_path / "instance").exists()


def test_keys_are_made_once_and_are_for_the_owner_only(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    keys = folder.read_or_make_keys()
    assert set(keys) == {"SECRET_KEY", "AUDIT_KEY", "ENCRYPTION_KEYS"}
    assert folder.read_or_make_keys() == keys
    assert folder.keys.stat().st_mode & 0o077 == 0


def test_data_without_its_keys_is_not_filled_over(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    folder.database.touch()
    with pytest.raises(click.ClickException, match="make demo-reset"):
        folder.read_or_make_keys()
