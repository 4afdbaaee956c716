"""The disk is full: people are told so kindly, nothing is half-written, and work goes on when there is room again."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.not_checked import not_checked
from tests.security.town import Blueprint, Persona, Town, csrf_token
from volunteer_match.audit.trail import verify_trail

MEGABYTES = 8
CASE = {"birth_year": "2018", "postcode": "9340", "ladder_step": "2", "custody_holders": "1"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    if sys.platform != "linux" or os.geteuid() != 0:
        not_checked("filling a disk needs root on Linux, to mount a small one")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["/usr/bin/env", "mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "none", str(folder)]
    mounted = subprocess.run(command, check=False, capture_output=True)
    if mounted.returncode != 0:
        not_checked("this machine lets nobody mount a small disk to fill")
    yield folder
    subprocess.run(["/usr/bin/env", "umount", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk_loses_nothing(blueprint: Blueprint, clock: time_machine.Traveller, small_disk: Path) -> None:
    town = Town(blueprint, small_disk)
    client, ballast = town.client(Persona.OWNER), small_disk / "ballast"
    form = {**CASE, "csrf_token": csrf_token(client)}
    assert client.post("/sager/ny", data=form).status_code == 302
    _fill(ballast)

    broken = _send_until_refused(client, form, clock)

    assert broken.status_code == 503
    assert "Det, du sendte, er ikke gemt" in broken.text
    ballast.unlink()
    clock.shift(60)
    assert client.post("/sager/ny", data=form).status_code == 302
    with town.app.app_context():
        assert verify_trail() is None
    town.close()
    with closing(sqlite3.connect(town.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return


def _send_until_refused(client: FlaskClient, form: dict[str, str], clock: time_machine.Traveller) -> TestResponse:
    for _case in range(25):
        clock.shift(60)
        answer = client.post("/sager/ny", data=form)
        if answer.status_code >= 500:
            return answer
    raise AssertionError("the disk never got full")
