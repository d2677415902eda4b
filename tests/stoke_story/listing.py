"""The list of a story: what happened, and every message and calendar entry that came of it, as people read it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from daemon.decide.telling.wording import say_list
from daemon.domain.notice import Kind, Notice
from daemon.domain.times import LONDON, day_of, say_day
from daemon.testing.fakes import Sent
from daemon.testing.world import PACK
from tests.stoke_story.stage import Stage

CODE = re.compile(r"DK-[0-9A-F]{6}")
WHAT = {Kind.INVITE: "invited to", Kind.MOVE: "moved to", Kind.CANCEL: "cancelled:"}


def lines(on: Stage) -> list[str]:
    """Return the list, by day; what stands in it is the same in every run."""
    found = [(at, 0, (f"**{_clock(at)} · {words}**", "")) for at, words in on.happened]
    with on.store.read() as tx:
        for one in on.sent():
            notices = tx.notices.of_message(one.message.id)
            found.append((one.at, 1, tuple(_describe(on, one, notices))))
    out: list[str] = []
    day = None
    was = 0
    for at, order, block in sorted(found, key=lambda each: each[:2]):
        if was and not order:
            out.append("")
        if day_of(at) != day:
            day = day_of(at)
            out += [*([""] if was and order else []), f"### {say_day(day)}", ""]
        out += block
        was = order
    return out


def _describe(on: Stage, one: Sent, notices: Sequence[Notice]) -> Iterator[str]:
    """Yield who was told, by which way and under which subject; below it, what it is about."""
    words = on.deciding.words
    roles = say_list(sorted({words.role(notice.role) for notice in notices}))
    event, urgent = one.message.event, "urgent " if one.message.lane == "urgent" else ""
    subject = CODE.sub("DK-…", one.message.subject)
    way = "calendar" if event else f"{urgent}mail"
    reply = f" (answers go to {one.message.reply_to})" if one.message.reply_to else ""
    yield f"- {_clock(one.at)} · {one.to} · {roles} · {way}, {one.message.level}: {subject}{reply}"
    about: dict[str, set[str]] = defaultdict(set)
    for notice in notices:
        about[_about(on, one, notice)].update(notice.refs)
    for text, refs in sorted(about.items()):
        yield f"  - {' · '.join(filter(None, (text, say_list(sorted(refs)))))}"


def _about(on: Stage, one: Sent, notice: Notice) -> str:
    """Return the step and what it is a step of, with its clauses."""
    pack = on.deciding.rulebook.packs[PACK]
    rung = notice.key.rung.partition("/")[0]
    named = [each for each in pack.invitations if f"/{each.name}/" in notice.key.obligation]
    of_entry = ", ".join(named[0].clauses) if named else ""
    if named and one.message.event is None:
        return f"{notice.message} ({of_entry})"
    if event := one.message.event:
        when = f"{event.starts_at.astimezone(LONDON):%A %-d %B %Y, %H:%M}"
        entry = f"entry {event.uid[:8]}, SEQUENCE {event.revision}"
        return f"{WHAT[notice.kind]} {when} · {entry} ({of_entry})"
    ref, _, duty = notice.key.obligation.partition("/")
    name, _, subject = duty.partition("/")
    rule = pack.rule(name) if ref in notice.refs else None
    if rule is None:
        return rung
    clauses = ", ".join(pack.clauses(rule)) or "ours"
    return f"{rung} · {rule.title}, {subject} ({clauses})"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%H:%M}"
