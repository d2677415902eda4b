"""Several workers as processes of their own: started, started again when one dies, and asked to end."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from signal import SIGTERM
from threading import Event
from time import monotonic

import structlog

log = structlog.get_logger("daykeeper.worker")
LOOK_EVERY_S = 0.5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
WELL_S = 60.0  # one that has lived so long begins again with the shortest pause
SURE_S = 10.0
REFUSED = 1  # it has said in a line why it does not work; that holds for all of them


@dataclass(slots=True)
class Place:
    """Where one process runs, or will again at `due_at` on the monotonic clock."""

    process: subprocess.Popen[bytes] | None = None
    pause_s: float = FIRST_PAUSE_S
    started_at: float = 0.0
    due_at: float = 0.0


class Processes:
    """A number of processes with one command."""

    def __init__(self, command: Sequence[str], many: int, stop: Event) -> None:
        self._command, self._stop = command, stop
        self._has_worked = False  # then a refusal may pass: the database is away, say
        self._places = [Place() for _ in range(many)]

    def run(self) -> int:
        """Keep them alive until `stop` is set, then wait until each has ended; return the exit code.

        It is 0, or that of one that refused to work: then all end.
        """
        code = 0
        while code == 0 and not self._stop.is_set():
            code = max(map(self._keep, self._places))
            self._stop.wait(LOOK_EVERY_S)
        living = [place.process for place in self._places if place.process is not None]
        for process in living:
            process.send_signal(SIGTERM)
        return max([code, *(abs(process.wait()) for process in living)])

    def _keep(self, place: Place) -> int:
        """Start or look after one process; return 1 where it has refused to work."""
        if place.process is None:
            if monotonic() >= place.due_at:
                place.process = subprocess.Popen(self._command)  # noqa: S603 - our own command
                place.started_at = monotonic()
            return 0
        code = place.process.poll()
        if code is None:
            self._has_worked = self._has_worked or monotonic() - place.started_at > SURE_S
            return 0
        place.process = None
        if code == REFUSED and not self._has_worked:
            return REFUSED
        lived_s = monotonic() - place.started_at
        self._has_worked = self._has_worked or lived_s > SURE_S
        if lived_s > WELL_S:
            place.pause_s = FIRST_PAUSE_S
        log.warning("process.ended", code=code, lived_s=round(lived_s), again_in_s=place.pause_s)
        place.due_at = monotonic() + place.pause_s
        place.pause_s = min(place.pause_s * 2, LONGEST_PAUSE_S)
        return 0
