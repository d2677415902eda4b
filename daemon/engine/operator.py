"""What the operator hears: the machine's own troubles, never a child's details."""

from collections.abc import Iterable
from datetime import datetime

from daemon.decide.recipients import Resolution, Why, may_know, seat
from daemon.decide.walk import group_of
from daemon.decide.wording import say_list
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.person import Person
from daemon.domain.record import Record
from daemon.engine.house import House, weeks_of
from daemon.store import CaseRow, Tx

OPERATOR = "operator"
OF_CASE, THEN = (
    " for case ",
    "; ",
)  # what stands about a case in what the operator reads, and what follows it


def is_machines(notice: Notice) -> bool:
    """Return whether a notice speaks of the machine itself, and of no case."""
    return notice.key.obligation.startswith(f"{OPERATOR}/")


def tell_operator(
    tx: Tx, house: House, now: datetime, topic: str, message: str, detail: str, times: int = 0,
    group: str | None = None,
) -> bool:  # fmt: skip
    """Queue one message to the operator about a topic; False where it was told before.

    Args:
        topic: what makes it the same trouble (`feed/conference-diary`); `times` tells a new
            outbreak of it from the last.
        detail: one sentence with no case reference where the case is restricted.
        group: what waits of one group, as of brothers and sisters, is one mail; alone without one.
    """
    key = Key(f"{OPERATOR}/{topic}", message, times, house.terms.operator, "email")
    notice = Notice(
        key,
        Kind.TELL,
        message,
        now,
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


def tell_unheld(
    tx: Tx,
    house: House,
    now: datetime,
    obligation: str,
    case: CaseRow | Record,
    role: str,
    found: Resolution,
) -> None:
    """Say that nobody can be told as a role, where that is so; without the reference to who must not have it.

    That everybody who holds it is away is said once a week, not once a case; of brothers and sisters it is one
    mail.
    """
    if found.why not in (Why.FALLBACK, Why.AWAY, Why.NOBODY):
        return
    place = seat(role, obligation)
    post = place if place.startswith(f"{role}/") else role
    is_away = found.why is Why.AWAY
    why = f"all who hold the role {post} are away" if is_away else f"nobody to tell as {post}"
    tx.journal.write(now, "role.unheld", obligation, why, {"role": role})
    told = "the duty mailbox was told instead" if found.people else "nobody was told"
    if case.restricted:
        topic, times = f"restricted/{role}", weeks_of(now)
        detail = f"a restricted case has nobody who may be told as {role}"
    elif is_away:
        topic, times = f"away/{post}/{case.team or ''}", weeks_of(now)
        of_team = f" of the team {case.team}" if case.team else ""
        detail = (
            f"everybody who holds the role {post}{of_team} is away, with nobody to stand in; {told}"
        )
    else:
        topic, times = f"no-holder/{obligation}/{role}", 0
        which = f"{OF_CASE}{case.ref}" if may_read(tx, house, case) else " for a case"
        detail = f"nobody holds the role {post}{which}{THEN}{told}"
    group = None if case.restricted or is_away else group_of(case)
    tell_operator(tx, house, now, topic, "operator-no-holder", detail, times, group)


def in_one(details: Iterable[str]) -> str:
    """Return what one mail says of several troubles: of those that differ in nothing but the case, one sentence."""
    found: dict[tuple[str, str], list[str]] = {}
    for detail in dict.fromkeys(details):
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
