"""Who is excluded from a case and is nobody that we know: a slip in an id keeps nobody out."""

from collections.abc import Collection, Iterator

from daemon.decide.people.recipients import People
from daemon.domain.errors import Problem
from daemon.domain.named import spellings
from daemon.domain.record import Record

UNKNOWN = "nobody in the directory has this id or address: it keeps nobody out, and whoever is meant is told"
MEND = "correct it in the record, or add the person to the directory"


def unknown(record: Record, people: People, internal: Collection[str]) -> Iterator[Problem]:
    """Yield each excluded person whom neither the directory nor the record knows, by their place in the list.

    An address of another domain than ours (`internal`) may be anybody's. The name itself is not repeated:
    it may be a person's.

    Source: READINGS section 2, 1. In doubt our own staff are told all the same (10).
    """
    named = [one.person for meeting in record.meetings for one in meeting.invitees]
    named += [name for names in record.roles.values() for name in names]
    known = {name.casefold() for name in named if name}
    for at, name in enumerate(record.excluded, start=1):
        marks = spellings(name)
        is_outside = any("@" in mark and mark.rpartition("@")[2] not in internal for mark in marks)
        if not (is_outside or any(mark in known or mark in people.by_mark for mark in marks)):
            yield Problem(f"{record.ref}: excluded.{at}", UNKNOWN, MEND)
