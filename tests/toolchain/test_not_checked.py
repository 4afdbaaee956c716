"""A machine without a browser or PostgreSQL must not look like one where everything was tested."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

LACKING = """
    import pytest
    from tests.not_checked import not_checked

    @pytest.mark.parametrize("number", [1, 2])
    def test_that_needs_it(number):
        not_checked("a sundial is not on this machine")

    def test_that_does_not():
        assert True
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.RunResult:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    pytester.makeconftest('pytest_plugins = ["tests.not_checked"]')
    pytester.makepyfile(LACKING)
    return pytester.runpytest_subprocess()


class TestAtHome:
    @pytest.fixture(autouse=True)
    def at_home(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CI", raising=False)

    def test_it_is_said_last_and_counted(self, run: pytest.RunResult) -> None:
        assert run.outlines[-1] == "NOT CHECKED: a sundial is not on this machine (tests: 2)"
        assert run.ret == pytest.ExitCode.OK


class TestOnTheBuildMachine:
    @pytest.fixture(autouse=True)
    def on_the_build_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")

    def test_it_is_a_failure(self, run: pytest.RunResult) -> None:
        assert run.ret == pytest.ExitCode.TESTS_FAILED
