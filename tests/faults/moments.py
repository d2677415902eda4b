"""How long it took, by the receiver's log: recovery, and lateness."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil, inf

from tests.faults.authority import Telling
from tests.faults.checker import Mail


def unsent_s(mails: Sequence[Mail], up_at: datetime) -> float:
    """Return how long after `up_at` the first message came that had never come before; infinite: none did."""
    known = {mail.message_id for mail in mails if mail.at <= up_at}
    new = [mail.at for mail in mails if mail.at > up_at and mail.message_id not in known]
    return (min(new) - up_at).total_seconds() if new else inf


def in_flight_s(mails: Sequence[Mail], killed_at: datetime) -> float:
    """Return how long after a kill the last copy came of what was on the wire then; 0: nothing came again."""
    known = {mail.message_id for mail in mails if mail.at <= killed_at}
    copies = [mail.at for mail in mails if mail.at > killed_at and mail.message_id in known]
    return (max(copies) - killed_at).total_seconds() if copies else 0.0


def lateness_s(
    mails: Sequence[Mail],
    expected: Mapping[Telling, datetime],
    offset: timedelta,
    ups_at: Sequence[datetime],
) -> list[float]:
    """Return how long each telling took from when it was due, or from the last start before it came; sorted."""
    late: dict[Telling, float] = {}
    for mail in mails:
        up_at = max((at for at in ups_at if at <= mail.at), default=mail.at)
        for telling in mail.tellings & expected.keys():
            from_at = max(expected[telling] - offset, up_at)
            late.setdefault(telling, (mail.at - from_at).total_seconds())
    return sorted(late.values())


def share(values: Sequence[float], of: float) -> float:
    """Return the value below which such a share of the sorted values lies; infinite where there is none."""
    return values[ceil(of * len(values)) - 1] if values else inf
