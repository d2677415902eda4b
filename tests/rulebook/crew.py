"""Work on the shipped packs, spread over as many processes as there are processors."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")


def spread(work: Callable[[Item], list[Found]], items: Sequence[Item]) -> list[Found]:
    """Return what the work finds in each item, in their order; `work` stands in a module of its own."""
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as crew:
        return [found for each in crew.map(work, items) for found in each]
