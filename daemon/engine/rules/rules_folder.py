"""The folder that the rules lie in: looked at every few seconds, read whole in a thread of its own."""

from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

import structlog

from daemon.domain.errors import Problem, Severity
from daemon.engine.rules.authorship import who_changed
from daemon.rulebook import Edition, folders_of, read_edition, yaml_files

log = structlog.get_logger("daykeeper.rulebook")
LOOK_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in the folder, and by whom: an edition, or None with every mistake in it."""

    edition: Edition | None
    problems: tuple[Problem, ...]
    by: str

    @property
    def errors(self) -> list[Problem]:
        """What must be mended first."""
        return [one for one in self.problems if one.severity is Severity.ERROR]


class RulesFolder:
    """Reads a folder anew when it has changed and then stood still: nothing is read half-written."""

    def __init__(self, folder: Path, look_every_s: float = LOOK_EVERY_S) -> None:
        self.folder, self.look_every_s = folder, look_every_s
        self._found: SimpleQueue[Found] = SimpleQueue()
        self._looking = Thread()
        self._looked_s = monotonic()
        self._seen = self._read = self._signature()

    def read(self) -> Found:
        """Return what lies there now."""
        try:
            edition, problems = read_edition(self.folder)
        except Exception as error:  # a fault of ours must not leave the folder unread in silence
            log.exception("rulebook.unread")
            what = f"it cannot be read: a fault of ours ({type(error).__name__})"
            edition, problems = None, [Problem(self.folder.name, what, "report it to us")]
        return Found(edition, tuple(problems), who_changed(self.folder))

    def news(self) -> Found | None:
        """Return what was found since the last call, and begin to look again where it is time."""
        try:
            return self._found.get_nowait()
        except Empty:
            pass
        if not self._looking.is_alive() and monotonic() - self._looked_s >= self.look_every_s:
            self._looked_s = monotonic()
            self._looking = Thread(target=self._look, name="rulebook", daemon=True)
            self._looking.start()
        return None

    def _look(self) -> None:
        signature = self._signature()
        is_still, self._seen = signature == self._seen, signature
        if is_still and signature != self._read:
            self._read = signature
            self._found.put(self.read())

    def _signature(self) -> list[tuple[str, int, int]]:
        """Return what changes as soon as one of its files does."""
        marks = []
        for folder in folders_of(self.folder):
            for path in yaml_files(folder):
                try:
                    state = path.stat()
                # it is gone already, or nobody may read it: the reading will say so
                except OSError:
                    continue
                marks.append((str(path), state.st_mtime_ns, state.st_size))
        return marks
