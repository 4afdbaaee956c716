"""Whoever reads finds the old folder or the new one, or none: never a half."""

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from volunteer_match.matching.whole_folder import LEFT_BEHIND_SECONDS, written_whole

ROOT = Path(__file__).parents[2]
FILES, KILLS = 20, 12
# Writes the folder again and again, each time with another number in all of its files.
WRITES_ON_AND_ON = f"""
import sys
from itertools import count
from pathlib import Path
from volunteer_match.matching.whole_folder import written_whole

for number in count():
    with written_whole(Path(sys.argv[1])) as building:
        for file in range({FILES}):
            (building / str(file)).write_text(str(number))
    print(number, flush=True)
"""


def write(folder: Path, words: str) -> None:
    with written_whole(folder) as building:
        (building / "words").write_text(words)


def write_half(folder: Path) -> None:
    with written_whole(folder) as building:
        (building / "words").write_text("half")
        (building / "no such folder" / "words").write_text("the other half")


def test_the_new_takes_the_place_of_the_old_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    for words in ("old", "new"):
        write(tmp_path / "in" / "learned", words)
        assert (tmp_path / "in" / "learned" / "words").read_text() == words
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["learned"]


def test_an_error_leaves_the_old(tmp_path: Path) -> None:
    write(tmp_path / "learned", "old")
    with pytest.raises(FileNotFoundError):
        write_half(tmp_path / "learned")
    assert (tmp_path / "learned" / "words").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["learned"]


def test_what_died_long_ago_is_cleared_away_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    dead, alive, others = (tmp_path / f"learned.{name}" for name in ("a" * 32, "b" * 32, "txt"))
    long_ago = time.time() - LEFT_BEHIND_SECONDS - 60
    for folder in (dead, alive, others):
        folder.mkdir()
    for folder in (dead, others):
        os.utime(folder, (long_ago, long_ago))
    write(tmp_path / "learned", "new")
    assert {path.name for path in tmp_path.iterdir()} == {"learned", alive.name, others.name}


@pytest.mark.slow
def test_killed_at_any_moment_it_is_the_old_the_new_or_nothing(tmp_path: Path) -> None:
    random, folder = Random(7), tmp_path / "learned"
    for _kill in range(KILLS):
        writer = subprocess.Popen([sys.executable, "-c", WRITES_ON_AND_ON, folder], cwd=ROOT, stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(random.uniform(0, 0.02))
        writer.kill()
        writer.communicate()
        if folder.exists():
            numbers = {file.read_text() for file in folder.iterdir()}
            assert len(numbers) == 1
            assert len(list(folder.iterdir())) == FILES
    assert list(tmp_path.glob("learned.*")), "it was never killed while it wrote"
