"""Work on many rows, some at a time, so that little memory is needed and several threads can share it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Made = TypeVar("Made")


def in_batches(work: Callable[[slice], Made], rows: int, *, size: int, threads: int = 1) -> list[Made]:
    """What `work` makes of each batch, in order. Threads help where numpy and scipy do the work, outside Python."""
    batches = [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
    if threads == 1 or len(batches) == 1:
        return [work(batch) for batch in batches]
    with ThreadPoolExecutor(threads) as executor:
        return list(executor.map(work, batches))
