"""What is wrong, said to the operator by the auditor's own mail: at once, and again while it lasts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from daemon.auditor.mail import paragraphs
from daemon.auditor.told import ToldFile, Troubles
from daemon.domain.times import say

log = structlog.get_logger("daykeeper.auditor")
Send = Callable[[str, str, str, str], str]  # id, subject, text and HTML; returns why it did not go
LAST = "See `daykeeper status` and docs/how-to/watch.md. This mail is the auditor's own: it went by no queue."


@dataclass(slots=True)
class Alarm:
    """What has been told of what is wrong. It stands in a file of ours: a database may be what is wrong."""

    title: str
    again_every: timedelta
    kept: ToldFile
    told: Troubles = field(init=False)

    def __post_init__(self) -> None:
        """Go on from what was told before a restart."""
        self.told = self.kept.read()

    def tell(self, troubles: Mapping[str, str], now: datetime, send: Send) -> str:
        """Say what is wrong where it is new or was told long ago, and that it is over; return why it did not go.

        `troubles` are sentences by their kind. What did not go is tried again the next time.
        """
        is_new = not troubles.keys() <= self.told.keys()
        told_at = min(self.told.values(), default=now)
        if troubles and (is_new or now - told_at >= self.again_every or now < told_at):
            subject, lines = f"{self.title}: Daykeeper needs you", [*troubles.values(), LAST]
        elif self.told and not troubles:
            subject, lines = f"{self.title}: Daykeeper is well again", ["All balances again."]
        else:
            if over := self.told.keys() - troubles.keys():  # should it come back, that is news
                self._keep({kind: at for kind, at in self.told.items() if kind not in over})
            return ""
        failure = self._send(subject, [f"{say(now)}.", *lines], send)
        log.warning(
            "alarm.sent" if not failure else "alarm.unsent", about=sorted(troubles), reason=failure
        )
        if not failure:
            self._keep(dict.fromkeys(troubles, now))
        return failure

    def _keep(self, told: Troubles) -> None:
        self.told = told
        self.kept.keep(told)

    def _send(self, subject: str, lines: Sequence[str], send: Send) -> str:
        id_ = f"auditor-{uuid4().hex}"
        return send(id_, subject, "\n\n".join(lines) + "\n", paragraphs([*lines]))
