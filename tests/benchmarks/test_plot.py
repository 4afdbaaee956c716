from pathlib import Path

import pytest

from tests.not_checked import not_checked


def test_the_same_figures_draw_the_same_picture(tmp_path: Path) -> None:
    try:
        from volunteer_match.benchmarks.plot import draw  # noqa: PLC0415 - only where matplotlib is installed
    except ImportError:
        not_checked("the benchmark's plot: matplotlib is not installed")
    runs = [
        {"engine": engine, "filter": "natural", "offers": offers, "p50_ms": offers / 1000 * slow}
        for engine, slow in (("ours", 1), ("faiss_flat", 9))
        for offers in (1000, 10_000)
    ]
    for name in ("a.svg", "b.svg"):
        draw([{"runs": runs[:2]}, {"runs": runs[2:]}], tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert "faiss_flat" in (tmp_path / "a.svg").read_text()


pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning")
