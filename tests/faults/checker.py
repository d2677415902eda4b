"""The judge: what the receiver kept, against what had to be told. It never asks the product's tables."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from tests.faults.authority import Telling

REF = re.compile(r"\bSC-\d+\b")
RULE = re.compile(r"^-{20,}\s*$", re.MULTILINE)
SAYS = {  # how a person would tell the rungs apart
    "overdue-this-week": re.compile(r"^Overdue this week: "),
    "first-seen-late": re.compile(r"We saw this case for the first time after that\s+moment"),
    "still-missing": re.compile(r"is\s+still\s+not\s+recorded\s+as\s+received"),
    "day-15-still-missing": re.compile(r"\(Day\s+15\)\.\s+It\s+is\s+overdue"),
    "day-15-missed": re.compile(r"\(Day\s+15\)\s+and\s+is\s+not"),
    "limit-missed": re.compile(r"the\s+statutory\s+limit,\s+and\s+is\s+not"),
    "missed": re.compile(r"was due by .* is not recorded as received"),
    "due-today": re.compile(r"is due today"),
    "reminder": re.compile(r"is due by "),
}
# the longest from keeping a message to its commit, on a busy machine
WINDOW = timedelta(seconds=1.5)
TRANSIT = timedelta(seconds=0.5)  # what a sender had handed to the system is kept after its end


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as it was received. `given`: the sender was told that it was kept."""

    at: datetime
    address: str
    message_id: str
    item: str
    tellings: frozenset[Telling]
    given: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The figures of RELIABILITY 5.2. All but the first and the two declared windows must be 0."""

    mails: int
    told: int
    lost: int
    duplicates: int
    crash_copies: int
    lost_reply_copies: int
    replies_lost: int
    kills: int
    wrong_recipient: int
    unexpected: int
    keyless: int
    msgid_changed: int
    early: int
    copies: tuple[str, ...] = ()  # when what came twice did so, and how long before the next kill

    def faults(self) -> dict[str, int]:
        """Return what may not be, and is."""
        allowed = {
            "mails", "told", "crash_copies", "lost_reply_copies", "replies_lost", "kills", "copies",
        }  # fmt: skip
        return {name: many for name, many in asdict(self).items() if many and name not in allowed}

    def table(self) -> str:
        """Return the figures, one a line."""
        return "\n".join(
            f"{name.replace('_', ' '):>18}  {many}"
            for name, many in asdict(self).items()
            if name != "copies"
        )


def read_mails(
    folder: Path, lines: Sequence[Mapping[str, Any]], lost: Collection[str]
) -> list[Mail]:
    """Return what a receiver kept, oldest first; `lost` are the files whose reply was never given."""
    return [_mail(folder, line, given=line["file"] not in lost) for line in lines]


def judge(
    mails: Sequence[Mail],
    expected: Mapping[Telling, datetime],
    kills_at: Sequence[datetime],
    offset: timedelta,
    connections: int,
) -> Verdict:
    """Return the figures. `offset` leads from the wall clock, on which mails and kills stand, to ours.

    A kill excuses a copy of what was on the wire then: `connections` messages at most.
    """
    told: dict[Telling, set[str]] = defaultdict(set)
    recipients: dict[str, set[str]] = defaultdict(set)
    for telling in expected:
        recipients[telling.ref].add(telling.address)
    wrong = unexpected = early = 0
    for mail in mails:
        unexpected += not mail.tellings
        for telling in mail.tellings:
            told[telling].add(mail.message_id)
            wrong += mail.address not in recipients[telling.ref]
            unexpected += telling not in expected
            early += mail.at + offset < expected.get(telling, mail.at + offset)
    copies: dict[str, list[Mail]] = defaultdict(list)
    for mail in mails:
        copies[mail.message_id].append(mail)
    doubled = [before for same in copies.values() for before in same[:-1]]  # a copy followed
    unexcused = [before for before in doubled if before.given]
    cut = Counter(_cut_by(before, kills_at) for before in unexcused)
    crashed = sum(min(many, connections) for kill_at, many in cut.items() if kill_at)
    return Verdict(
        mails=len(mails),
        told=len(told.keys() & expected.keys()),
        lost=len(expected.keys() - told.keys()),
        duplicates=len(unexcused) - crashed,
        crash_copies=crashed,
        lost_reply_copies=len(doubled) - len(unexcused),
        replies_lost=sum(not mail.given for mail in mails),
        kills=len(kills_at),
        wrong_recipient=wrong,
        unexpected=unexpected,
        keyless=sum(not (mail.message_id and mail.item) for mail in mails),
        msgid_changed=sum(len(ids) > 1 for ids in told.values()),
        early=early,
        copies=tuple(
            _copy(before, copies[before.message_id], kills_at)
            for before in unexcused
            if _cut_by(before, kills_at) is None
        ),
    )


def _cut_by(mail: Mail, kills_at: Sequence[datetime]) -> datetime | None:
    """Return the kill that came before the service can have noted that the mail was taken, perhaps before it was."""
    return next((at for at in kills_at if mail.at - TRANSIT <= at <= mail.at + WINDOW), None)


def _copy(before: Mail, same: Sequence[Mail], kills_at: Sequence[datetime]) -> str:
    """Return in words when a message came, when again, and how far the kill was that came nearest."""
    again = next((one.at for one in same if one.at > before.at), before.at)
    apart = min(((at - before.at).total_seconds() for at in kills_at), key=abs, default=None)
    kill = "no kill" if apart is None else f"the nearest kill {apart:+.2f} s"
    after_s = (again - before.at).total_seconds()
    return f"{before.message_id} at {before.at:%H:%M:%S.%f}, again {after_s:.2f} s later; {kill}"


def _mail(folder: Path, line: Mapping[str, Any], *, given: bool) -> Mail:
    mail = message_from_bytes((folder / line["file"]).read_bytes(), EmailMessage, policy=default)
    part = mail.get_body(("plain",))
    text = part.get_content() if part is not None else ""
    (address,) = line["rcpt"]
    return Mail(
        datetime.fromisoformat(line["at"]), address, mail["Message-ID"] or "",
        mail["X-Daykeeper-Item"] or "", told_in(RULE.split(text), address), given,
    )  # fmt: skip


def told_in(sections: Iterable[str], address: str) -> frozenset[Telling]:
    """Return what a mail tells somebody, by the words of its sections."""
    return frozenset(
        Telling(address, ref, rung)
        for section in sections
        for rung in [_rung(section)]
        for ref in REF.findall(section)
    )


def _rung(section: str) -> str:
    return next((rung for rung, words in SAYS.items() if words.search(section)), "?")
