"""What the figures were measured on."""

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from volunteer_match.benchmarks.process_memory import KILOBYTES


@dataclass(frozen=True, slots=True)
class Machine:
    """`load`: how many processes wanted a core in the minute before; more than ours means that others disturbed."""

    processor: str
    cores: int
    memory_gb: float
    system: str
    python: str
    load: float

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.processor}, {self.cores} cores, {self.memory_gb:.0f} GB, {self.system}, Python {self.python}; "
            f"load {self.load:.1f} at the end"
        )


def this_machine() -> Machine:
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / KILOBYTES**3, 1),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        load=round(os.getloadavg()[0], 2),
    )


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
