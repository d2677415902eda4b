"""What the operator hears: the machine's own troubles, never a child's details."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from daemon.decide.people.recipients import may_know
from daemon.decide.telling.wording import say_list
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.person import Person
from daemon.domain.record import Record
from daemon.engine.house import House
from daemon.store import CaseRow, Tx

OPERATOR = "operator"
# what stands about a case in what the operator reads, and what follows it
OF_CASE, THEN = (" for case ", "; ")


def is_machines(notice: Notice) -> bool:
    """Return whether a notice speaks of the machine itself, and of no case."""
    return notice.key.obligation.startswith(f"{OPERATOR}/")


def tell_operator(
    tx: Tx, house: House, now: datetime, topic: str, message: str, detail: str, times: int = 0,
    group: str | None = None, at: datetime | None = None,
) -> bool:  # fmt: skip
    """Queue one message to the operator about a topic; False where it was told before.

    Args:
        topic: what makes it the same trouble (`feed/conference-diary`); `times` tells a new
            outbreak of it from the last.
        detail: one sentence with no case reference where the case is restricted.
        group: what waits of one group is one mail; alone without one.
        at: when it goes, where that is not at once.
    """
    key = Key(f"{OPERATOR}/{topic}", message, times, house.terms.operator, "email")
    notice = Notice(
        key,
        Kind.TELL,
        message,
        at or now,
        now,
        Lane.URGENT,
        OPERATOR,
        (),
        f"{OPERATOR}/{group}" if group else None,
        because=detail,
        detail=detail,
    )
    if not tx.notices.insert([notice]):
        return False
    tx.journal.write(now, "operator.told", topic, detail, {"message": message})
    return True


def in_one(details: Iterable[str]) -> str:
    """Return what one mail says of several troubles: of those that differ in nothing but the case, one sentence.

    What came up several times without a case of its own says how often.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for said, times in Counter(details).items():
        detail = said if OF_CASE in said or times == 1 else f"{said} ({times} times)"
        before, mark, rest = detail.partition(OF_CASE)
        ref, _, after = rest.partition(THEN)
        found.setdefault((before, after) if mark else (detail, ""), []).extend([ref] if ref else [])
    return f"{THEN}".join(
        f"{before}{OF_CASE if len(refs) == 1 else ' for cases '}{say_list(sorted(refs))}{THEN}{after}"
        if refs
        else before
        for (before, after), refs in found.items()
    )


def may_read(tx: Tx, house: House, case: CaseRow | Record) -> bool:
    """Return whether the operator may read of a case: not where somebody excluded from it reads the mailbox."""
    access = house.deciding.access(case) if isinstance(case, Record) else case.access
    people, address = house.people(tx), house.terms.operator
    operator = people.get(address) or Person(address)
    return access is not None and may_know(operator, access, people)
