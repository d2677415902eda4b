"""What is wrong, said to the operator by the auditor's own mail: at once, and again while it lasts."""

from collections.abc import Callable, Mapping, Sequence
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
    """What has been told of what is wrong. It stands in a file of ours: a database may be what is wrong."""

    title: str
    again_every: timedelta
    every: timedelta  # how often it looks
    kept: ToldFile
    told: Troubles | None = field(default=None, init=False)

    def tell(self, troubles: Mapping[str, str], now: datetime, send: Send) -> str:
        """Say what is wrong where it is new or was told long ago, and that it is over; return why it did not go.

        `troubles` are sentences by their kind. What did not go is tried again the next time.
        """
        known = self.told = self._told_before(now) if self.told is None else self.told
        is_new = not troubles.keys() <= known.keys()
        told_at = min(known.values(), default=now)
        if troubles and (is_new or now - told_at >= self.again_every or now < told_at):
            subject, lines = f"{self.title}: Daykeeper needs you", [*troubles.values(), LAST]
        elif known and not troubles:
            subject, lines = f"{self.title}: Daykeeper is well again", ["All balances again."]
        else:
            self._keep(_lasting(known, troubles), now)
            return ""
        failure = self._send(subject, [f"{say(now)}.", *lines], send)
        log.warning(
            "alarm.sent" if not failure else "alarm.unsent", about=sorted(troubles), reason=failure
        )
        if not failure:
            self._keep(dict.fromkeys(troubles, now), now)
        elif troubles:  # that all is well again is still to be said
            self._keep(_lasting(known, troubles), now)
        return failure

    def _told_before(self, now: datetime) -> Troubles:
        """Return what was told before a restart: due again where nobody has looked for too long since."""
        before = self.kept.read()
        if before.looked_at and timedelta() <= now - before.looked_at <= PERIODS * self.every:
            return before.troubles
        return dict.fromkeys(before.troubles, LONG_AGO)

    def _keep(self, told: Troubles, now: datetime) -> None:
        """Go on from it, and have the next of us go on from it; where nothing stands or stood, nothing is written."""
        was, self.told = self.told, told
        if told or was:
            self.kept.keep(told, now)

    def _send(self, subject: str, lines: Sequence[str], send: Send) -> str:
        id_ = f"auditor-{uuid4().hex}"
        return send(id_, subject, "\n\n".join(lines) + "\n", paragraphs([*lines]))


def _lasting(told: Troubles, troubles: Mapping[str, str]) -> Troubles:
    """Return what was told and is still so: should the rest come back, that is news."""
    return {kind: at for kind, at in told.items() if kind in troubles}
