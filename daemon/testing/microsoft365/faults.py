"""How the stand-in misbehaves: once, so many times, or to a share of the requests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from threading import Lock


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour.

    `status` 0 cuts the connection instead of answering, None answers as it should. `page` is what is
    answered instead of JSON; `is_half`: the connection is cut in the middle of it. `after`: the
    request is carried out first. `hang_s` keeps silent before that. `on` is a pattern of
    `METHOD /path`; `rate` is the share of the matching requests that meet it, `times` how many at
    most, None for no end.
    """

    status: int | None = 0
    code: str = "UnknownError"
    page: str = ""
    is_half: bool = False
    retry_after_s: int | None = None
    after: bool = False
    hang_s: float = 0.0
    on: str = ""
    rate: float = 1.0
    times: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Faults:
    """What is to go wrong; with the same seed the same requests meet it. Thread-safe."""

    def __init__(self, seed: int = 1) -> None:
        self._chance = Random(seed)  # noqa: S311 - chance, no secret
        self._lock = Lock()
        self._waiting: list[Fault] = []
        self._met: dict[int, int] = {}
        self.happened: list[Fault] = []

    def set(self, *faults: Fault) -> None:
        """Replace what goes wrong from now on; nothing given: behave."""
        with self._lock:
            self._waiting, self._met = list(faults), {}

    def draw(self, request: str) -> Fault | None:
        """Return what a request (`POST /users/…`) meets, None where it is served as it should be."""
        with self._lock:
            for number, fault in enumerate(self._waiting):
                met = self._met.get(number, 0)
                if not re.search(fault.on, request) or (
                    fault.times is not None and met >= fault.times
                ):
                    continue
                if self._chance.random() < fault.rate:
                    self._met[number] = met + 1
                    self.happened.append(fault)
                    return fault
        return None
