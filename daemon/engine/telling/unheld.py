"""Posts that nobody can be told as: the operator hears at once, of all of a day in one mail, and again while it lasts.

What is not told again meanwhile stands in `status` for as long as it is so.
"""

from datetime import datetime, timedelta

from daemon.decide.people.recipients import Resolution, Why, seat
from daemon.domain.record import Record
from daemon.domain.times import DAY, day_of, london
from daemon.engine.house import House, weeks_of
from daemon.engine.telling.operator import OF_CASE, OPERATOR, THEN, may_read, tell_operator
from daemon.store import CaseRow, Tx

TOPIC, MESSAGE, GROUP = "no-holder/", "operator-no-holder", "posts"
OF = "|"  # between the post and the case: a reference may hold slashes
AGAIN, AGAIN_UNTOLD = timedelta(days=28), timedelta(days=1)
UNHELD = frozenset({Why.FALLBACK, Why.AWAY, Why.NOBODY, Why.BARRED})


def tell_unheld(
    tx: Tx, house: House, now: datetime, obligation: str, case: CaseRow | Record, role: str,
    found: Resolution,
) -> None:  # fmt: skip
    """Say that nobody can be told as a role, where that is so; without the reference to who must not have it.

    Of one case and post it is said again after four weeks; every day where not even the duty mailbox was told,
    and every week of a restricted case, or where everybody is away. What comes up of the same post later on the same
    day goes together, the next morning.
    """
    if found.why not in UNHELD:
        return
    place = seat(role, obligation)
    post = place if place.startswith(f"{role}/") else role
    is_away, is_barred = found.why is Why.AWAY, found.why is Why.BARRED
    why = f"nobody to tell as {post}"
    why = f"all who hold the role {post} are away" if is_away else why
    why = f"whoever holds the role {post} must not be told" if is_barred else why
    tx.journal.write(now, "role.unheld", obligation, why, {"role": role})
    told = "the duty mailbox was told instead" if found.people else "nobody was told"
    if case.restricted:
        detail = f"a restricted case has nobody who may be told as {role}"
        _tell(tx, house, now, f"restricted/{role}", detail, weeks_of(now))
        return
    if is_away:
        of_team = f" of the team {case.team}" if case.team else ""
        who = f"everybody who holds the role {post}{of_team} is away, with nobody to stand in"
        _tell(tx, house, now, f"away/{post}/{case.team or ''}", f"{who}; {told}", weeks_of(now))
        return
    topic = f"{TOPIC}{post}{OF}{case.ref}"
    before = tx.notices.of_obligation(f"{OPERATOR}/{topic}")
    pause = AGAIN if found.people else AGAIN_UNTOLD
    if before and now - max(one.made_at for one in before) < pause:
        return
    which = f"{OF_CASE}{case.ref}" if may_read(tx, house, case) else " for a case"
    who, mend = f"nobody holds the role {post}", ""
    if is_barred:
        who = f"nobody who holds the role {post} may be told"
        mend = ": name a manager for that post who may be (manager_id)"
    at = _together(tx, house, post, now) if found.people else now
    _tell(tx, house, now, topic, f"{who}{which}{THEN}{told}{mend}", len(before), at)


def _tell(
    tx: Tx, house: House, now: datetime, topic: str, detail: str, times: int,
    at: datetime | None = None,
) -> None:  # fmt: skip
    tell_operator(tx, house, now, topic, MESSAGE, detail, times, GROUP, at)


def _together(tx: Tx, house: House, post: str, now: datetime) -> datetime:
    """Return now, or the next opening of the office where the operator has heard of this post today already."""
    mark = f"{TOPIC}{post}"
    heard_at = tx.marks.moment(mark)
    if heard_at is not None and heard_at != now and day_of(heard_at) == day_of(now):
        return house.deciding.calendar.opening(london(day_of(now) + DAY))
    tx.marks.put(mark, now)
    return now
