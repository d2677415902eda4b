"""What a draft says before anybody has edited it."""

from datetime import datetime

from daemon.decide.telling.invited import meeting_of
from daemon.decide.telling.wording import describe, fields
from daemon.domain.message import Level
from daemon.domain.question import Question
from daemon.engine.house import House
from daemon.rulebook.wording.templates import Words, render
from daemon.store import Tx


def drafted(tx: Tx, house: House, question: Question, name: str, now: datetime) -> Words:
    """Return the words of a message of the rulebook about a question's cases, for one of its readers.

    They carry no more than an external reader may have (L1): whoever sends them decides to whom.
    """
    items = []
    for one in question.asked:
        record = house.record(tx, one.place.ref)
        track = tx.obligations.get(one.obligation)
        if record is None or track is None:
            continue
        deciding = house.under(track)
        pack, _ = deciding.pack_for(record)
        numbers = tx.numbers.of([record.ref]).get(record.ref, ())
        kept = {each.anchor_on: each.number for each in numbers if each.kind == "icpc"}
        answer = deciding.decide(record, now, pack=pack, kept=kept, only={track.rule})
        items += [
            describe(
                each, question.rule, None, pack.title, house.deciding.words, now,
                house.deciding.calendar.days, code="", meeting=meeting_of(record, each.subject),
            )
            for each in answer.obligations if each.id == track.id
        ]  # fmt: skip
    values = fields(items, Level.L1) | {
        "role": "", "reason": "", "rows": [], "feed": "",
    }  # fmt: skip
    return render(house.message(name), values)
