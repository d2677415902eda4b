"""What is wrong, said to the operator by the auditor's own mail: at once, and again while it lasts."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import structlog

from daemon.auditor.mail import paragraphs
from daemon.auditor.told import ToldFile, Troubles
from daemon.domain.times import say

log = structlog.get_logger("daykeeper.auditor")
Send = Callable[[str, str, str, str], str]  # id, subject, text and HTML; returns why it did not go
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # told, but so long ago that it is told again
PERIODS = 2  # of not looking, after which nobody knows whether what is wrong is still the same
LAST = "See `daykeeper status` and docs/how-to/watch.md. This mail is the auditor's own: it went by no queue."


@dataclass(slots=True)
class Alarm:
    """What has been told of what is wrong. It stands in a file of ours: a database may be what is wrong.

    Of two auditors with one file, the one that keeps it speaks. The other says what that one has not said by the
    time it looks again, and that this is over; and takes the file up where it ends.
    """

    title: str
    again_every: timedelta
    every: timedelta  # how often it looks
    kept: ToldFile
    told: Troubles | None = field(default=None, init=False)  # None while the file is another's
    beside: Troubles = field(default_factory=dict, init=False)  # what we have told meanwhile
    seen: frozenset[str] = field(default=frozenset(), init=False)  # when we looked last

    def tell(self, troubles: Mapping[str, str], now: datetime, send: Send) -> str:
        """Say what is wrong where it is new or was told long ago, and that it is over; return why it did not go.

        `troubles` are sentences by their kind. What did not go is tried again the next time.
        """
        known = self._known(now)
        if troubles and self._is_news(troubles.keys(), known, now):
            subject, lines = f"{self.title}: Daykeeper needs you", [*troubles.values(), LAST]
        elif self._mine and not troubles:
            subject, lines = f"{self.title}: Daykeeper is well again", ["All balances again."]
        else:
            self._keep(_lasting(self._mine, troubles), now, troubles)
            return ""
        failure = self._send(subject, [f"{say(now)}.", *lines], send)
        log.warning(
            "alarm.sent" if not failure else "alarm.unsent", about=sorted(troubles), reason=failure
        )
        if not failure:
            self._keep(dict.fromkeys(troubles, now), now, troubles)
        elif troubles:  # that all is well again is still to be said
            self._keep(_lasting(self._mine, troubles), now, troubles)
        return failure

    @property
    def _mine(self) -> Troubles:
        """What it is ours to say of when it is over."""
        return self.beside if self.told is None else self.told

    def _known(self, now: datetime) -> Troubles:
        """Return what was told, by whomever."""
        if self.told is not None:
            return self.told
        if self.kept.is_others():
            before = self.kept.read()
            is_watched = before.looked_at and abs(now - before.looked_at) <= PERIODS * self.every
            return {**self.beside, **(before.troubles if is_watched else {})}
        self.told = {**self._told_before(now), **self.beside}
        return self.told

    def _is_news(self, kinds: AbstractSet[str], known: Troubles, now: datetime) -> bool:
        """Return whether something is new, or was told long ago; beside who keeps the file, and unsaid by it."""
        told_at = min(known.values(), default=now)
        if self.told is None:
            is_left = bool((kinds - known.keys()) & self.seen)
            return is_left or now - told_at >= self.again_every + PERIODS * self.every
        return not kinds <= known.keys() or now - told_at >= self.again_every or now < told_at

    def _told_before(self, now: datetime) -> Troubles:
        """Return what was told before a restart: due again where nobody has looked for too long since."""
        before = self.kept.read()
        if before.looked_at and timedelta() <= now - before.looked_at <= PERIODS * self.every:
            return before.troubles
        return dict.fromkeys(before.troubles, LONG_AGO)

    def _keep(self, told: Troubles, now: datetime, seen: Iterable[str]) -> None:
        """Go on from it, and have the next of us go on from it; where nothing stands or stood, nothing is written."""
        self.seen = frozenset(seen)
        if self.told is None:
            self.beside = told
            return
        was, self.told = self.told, told
        if told or was:
            self.kept.keep(told, now)

    def _send(self, subject: str, lines: Sequence[str], send: Send) -> str:
        id_ = f"auditor-{uuid4().hex}"
        return send(id_, subject, "\n\n".join(lines) + "\n", paragraphs([*lines]))


def _lasting(told: Troubles, troubles: Container[str]) -> Troubles:
    """Return what was told and is still so: should the rest come back, that is news."""
    return {kind: at for kind, at in told.items() if kind in troubles}
