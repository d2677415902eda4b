"""What became of what Notify took: asked for now and then, and told by Notify itself where it may call us."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from hmac import compare_digest
from typing import Any

from daemon.domain.errors import Problem, Severity, WireError
from daemon.domain.event import Arrival, Bounce
from daemon.domain.mail import parse_message_id
from daemon.examined import Finding
from daemon.ports import Clock, Denied, InboxPage, Unreadable
from integrations.govuk_notify.config import ReceiptsConfig, read_line
from integrations.govuk_notify.examine import examine
from integrations.govuk_notify.wire import Wire

FAILED = (
    "permanent-failure", "temporary-failure", "technical-failure", "validation-failed",
    "virus-scan-failed", "cancelled",
)  # fmt: skip
ARRIVED = frozenset({"delivered", "received"})
PAGES_MOST = 20  # of 250 each, in one reading
OVERLAP = timedelta(minutes=10)  # what was ended then may be shown only now
KEPT = timedelta(days=7)
ANY = "notify"


class Receipts:
    """An inbox of failures. Hearing one twice changes nothing."""

    def __init__(self, config: ReceiptsConfig, clock: Clock) -> None:
        """Take the options; nothing is connected before the first reading."""
        self.config, self.clock, self.wire = config, clock, Wire(config, clock)

    def read(self, cursor: str | None) -> InboxPage:
        """Return what has failed since; raises Unreadable."""
        since, seen = remembered(cursor, self.clock())
        try:
            ended = [one for one in self._failed() if one[0] >= since - OVERLAP]
        except WireError as error:
            raise Unreadable(f"Notify cannot be asked ({error.reason})") from None
        newest = max([since, *(at for at, _ in ended)])
        kept = sorted(one["id"] for at, one in ended if at >= newest - OVERLAP)
        fresh = [one for _, one in ended if one["id"] not in seen]
        return page_of(fresh, json.dumps({"at": newest.isoformat(), "seen": kept}), self.clock())

    def told(self, authorization: str, body: bytes) -> InboxPage:
        """Return what Notify called to say; raises Denied unless it shows our token, ValueError for nonsense."""
        file = self.config.callback_token_file
        wanted = f"Bearer {read_line(file)}" if file else ""
        if not wanted or not compare_digest(authorization.encode(), wanted.encode()):
            raise Denied
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise ValueError("this is no JSON object")
        if "status" not in said and {"notification_id", "reference"} <= said.keys():
            said |= {"status": "permanent-failure"}  # a letter came back: Notify's other callback
        return page_of([said], None, self.clock())

    def examine(self) -> Iterator[Finding]:
        """Yield how the service stands; nothing is read."""
        return examine(self.config, self.wire, self.clock())

    def close(self) -> None:
        """Close the kept connections; closing twice is no error."""
        self.wire.close()

    def _failed(self) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
        """Yield what has failed in the last days, each with the moment at which it ended."""
        older_than: str | None = None
        oldest = self.clock() - KEPT
        for _ in range(PAGES_MOST):
            before = older_than
            answer = self.wire.ask(partial(listing, older_than=before))
            found = answer.get("notifications") or []
            for one in found:
                at = moment(one.get("completed_at") or one.get("created_at"))
                if at is not None and isinstance(one.get("id"), str):
                    yield at, one
                    older_than = one["id"]
            made = moment(found[-1].get("created_at")) if found else None
            if made is None or made < oldest or older_than == before:
                return


def listing(client: Any, older_than: str | None) -> Any:
    """Return a page of what has failed, newest first."""
    return client.get_all_notifications(status=list(FAILED), older_than=older_than)


def page_of(found: Iterable[Mapping[str, Any]], cursor: str | None, now: datetime) -> InboxPage:
    """Return what some notifications tell; what carries no reference of ours is a problem, by its place."""
    bounces, arrivals, problems = [], [], []
    for one in found:
        status, reference = one.get("status"), one.get("reference")
        at = moment(one.get("completed_at") or one.get("created_at")) or now
        message = (
            parse_message_id(f"<{reference}@{ANY}>", ANY) if isinstance(reference, str) else None
        )
        if message is None:
            where = f"notification {str(one.get('id', ''))[:8]}"
            what, mend = "it carries no reference of ours", "see in Notify what it is"
            problems.append(Problem(where, what, mend, Severity.WARNING))
        elif status in FAILED:
            bounces.append(Bounce(message, at))
        elif status in ARRIVED:
            arrivals.append(Arrival(message, at))
    return InboxPage(bounces=bounces, arrivals=arrivals, problems=problems, cursor=cursor)


def remembered(cursor: str | None, now: datetime) -> tuple[datetime, frozenset[str]]:
    """Return up to when failures were heard, and which of the last; at first those of the last days."""
    if cursor is None:
        return now - KEPT, frozenset()
    kept = json.loads(cursor)
    return datetime.fromisoformat(kept["at"]), frozenset(kept["seen"])


def moment(text: object) -> datetime | None:
    """Return a moment as Notify writes it; None where it is none."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
