"""The most memory a process and the ones it started have held."""

import resource
import sys
from pathlib import Path

KILOBYTES = 1024


def peak_megabytes() -> float:
    """Of this process and, added, of each child that runs now (a database server, for instance)."""
    status = Path("/proc/self/status")
    if not status.exists():
        # Bytes on a Mac, kilobytes elsewhere.
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / KILOBYTES**2 if sys.platform == "darwin" else most / KILOBYTES
    return (_peak(status) + sum(map(_peak, _descendants(Path("/proc/self").resolve())))) / KILOBYTES


def _descendants(process: Path) -> list[Path]:
    found: list[Path] = []
    for task in process.glob("task/*/children"):
        for child in task.read_text().split():
            folder = Path("/proc", child)
            found += [folder / "status", *_descendants(folder)]
    return found


def _peak(status: Path) -> int:
    """Kilobytes. Not `ru_maxrss`: that counts what the parent held when it started us."""
    try:
        lines = status.read_text().splitlines()
    except OSError:  # it has ended meanwhile
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
