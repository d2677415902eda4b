"""What is different between two editions, in sentences that whoever tunes the rules can check."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from itertools import chain

from daemon.decide.telling.wording import say_list
from daemon.domain.authority import Authority
from daemon.domain.rules import MessageText, Pack, Rule, Rulebook, Rung
from daemon.domain.times import WEEKDAYS, OfficeHours, say_day
from daemon.rulebook.differing.contrast import Difference, Flags, contrast, contrast_text
from daemon.rulebook.differing.difference_of_parts import (
    approvals,
    lists,
    remarks,
    summaries,
    words_of,
)
from daemon.rulebook.editions.edition import Edition
from daemon.rulebook.wording.saying import is_told, say_moments

UNSAID = frozenset({
    *("name", "pack", "digest", "rules", "_by_name", "ladder", "stands_on", "place"),
})  # fmt: skip
APART = frozenset({"remarks", "approval", "summary", "digests", "invitations", "reports"})
TEXTS: Mapping[str, str] = {
    "title": "its title", "why": "its reason", "todo": "what is to be done about it",
}  # fmt: skip
RULE_WORDS: Mapping[str, str] = {
    "due": "it is due {now} instead of {before}",
    "when": "it applies when {now} instead of when {before}",
    "met_by": "it is met by {now} instead of {before}",
    "withdrawn_when": "it is withdrawn when {now} instead of when {before}",
    "responsible": "its people are {now} instead of {before}",
    "relies_on": "it relies on {now} instead of {before}",
    "clauses": "it carries {now} instead of {before}",
    "basis": "its limit is {now} instead of {before}",
    "subject": "it is for each {now} instead of each {before}",
    "opens": "it can be met from {now} instead of from {before}",
    "met_by_each": "it is met once all of {now} are named, instead of {before}",
    "met_values": "it is met by the values {now} instead of {before}",
    "late_start": "begun late, it is due by {now} instead of {before}",
    "manager": "{now} hears of what is first seen late instead of {before}",
    "further": "it is taken further by {now} instead of {before}",
}
RULE_FLAGS: Flags = {
    "needs_all": ("all of these facts meet it, no longer any one", "any one of these facts meets it, no longer all"),
    "never_rests": ("no promise rests it any more", "a promise may rest it"),
    "met_from_opening": ("what was done before it opens meets it no longer", "what was done before it opens meets it"),
    "met_by_due": ("what is done late meets it no longer", "what is done late meets it, too"),
    "held_elsewhere": (
        "it is ours although another authority holds the plan", "it is not ours where another authority holds the plan"
    ),
    "after_death": ("it goes on after a death", "it ends with a death"),
    "hides_date": ("no message prints its due day any more", "messages print its due day"),
    "safety": ("nobody may leave it out any more", "it may be left out"),
}  # fmt: skip
RUNG_FLAGS: Flags = {
    "urgent": ("it does not wait for office hours any more", "it waits for office hours"),
    "house": (
        "it is a default of the house: a promise may rest it",
        "it is no default of the house any more: no promise rests it",
    ),
}
RUNG_WORDS: Mapping[str, str] = {
    "via": "it goes by {now} instead of by {before}",
    "message": "it sends the message {now} instead of {before}",
    "encloses": "{now} travel with it instead of {before}",
    "letter_for": "its letter is for {now} instead of {before}",
    "ask": "it asks for {now} instead of {before}",
    "offer": "it offers {now} instead of {before}",
    "offer_to": "what it offers goes to {now} instead of {before}",
}
PACK_WORDS: Mapping[str, str] = {
    "promise_cap_working_days": "a promise may reach {now} ahead instead of {before}",
    "fallback": "what nobody can be told goes to {now} instead of {before}",
    "title": "it is called {now} instead of {before}",
    "carries": "clauses that its rules carry are {now} instead of {before}",
    "letters": "{now} writes to families instead of {before}",
    "stands_in": "who is told where nobody holds a role: {now} instead of {before}",
    "review_by": "the document itself is due for review on {now} instead of {before}",
    "attendance": "who came is judged by {now} instead of {before}",
    "transfer_needs": "a child who moved stays ours until {now} instead of {before}",
    "effective_from": "it holds {now} instead of {before}",
    "applies": "a change is for {now} instead of {before}",
}
TERM_WORDS: Mapping[str, str] = {
    "based_on": "it is based on {now} instead of {before}",
    "fallback": PACK_WORDS["fallback"],
    "mailboxes": "mailboxes are {now} instead of {before}",
    "enclosures": "papers that travel with invitations are {now} instead of {before}",
    "internal": "mail domains of our own are {now} instead of {before}",
    "accepted": "mail domains that are accepted are {now} instead of {before}",
    "unknown_gets": "every other domain gets {now} instead of {before}",
    "fresh_within": "data may be {now} old instead of {before}",
    "hold_working_days": "a step waits {now} for data instead of {before}",
    "brake": "more escalations than {now} are held instead of {before}",
    "enforce_from": "older duties are those before {now} instead of before {before}",
    "effective_from": "what is written here holds {now} instead of {before}",
    "known_as": "it is known as {now} instead of {before}",
    "applies": PACK_WORDS["applies"],
}

RENAMED = "it was called {}: where that was told, an open duty is told of it once more"
# said once, of the authority
OF_THE_AUTHORITY = frozenset({"fallback", "applies", "effective_from"})
MESSAGE_PARTS: Mapping[str, str] = {
    "subject": "the subject", "lead": "the lead", "clear": "what clears it",
    "outside_lead": "the lead for readers outside", "outside_clear": "what clears it for readers outside",
}  # fmt: skip


def differences(before: Edition, now: Edition) -> list[Difference]:
    """Return what is different in `now`, terms first, then rules, messages and bank holidays."""
    found = chain(
        _terms(before.authority, now.authority),
        _packs(before, now),
        _messages(before.book, now.book),
        words_of(before.book.vocabulary, now.book.vocabulary),
        _holidays(before, now),
    )
    return list(dict.fromkeys(found))


def _terms(before: Authority | None, now: Authority | None) -> Iterator[Difference]:
    if before is None or now is None:
        return
    yield from _hours(before.hours, now.hours)
    for each in fields(Authority):
        if each.name != "hours":
            yield from contrast("authority", each.name, before, now, TERM_WORDS)


def _hours(before: OfficeHours, now: OfficeHours) -> Iterator[Difference]:
    for day, name in enumerate(WEEKDAYS):
        was, is_ = _span(before, day), _span(now, day)
        if was != is_:
            yield Difference("office_hours", name, f"{name}s {is_} instead of {was}")
    for closed in sorted(now.closures - before.closures):
        yield Difference("closure_days", str(closed), f"closed on {say_day(closed)}, too")
    for opened in sorted(before.closures - now.closures):
        yield Difference("closure_days", str(opened), f"no longer closed on {say_day(opened)}")


def _span(hours: OfficeHours, day: int) -> str:
    if day not in hours.opens:
        return "closed"
    return f"{hours.opens[day]:%H:%M} to {hours.closes[day]:%H:%M}"


def _packs(before: Edition, now: Edition) -> Iterator[Difference]:
    for name in sorted(before.book.packs.keys() | now.book.packs.keys()):
        was, is_ = before.book.packs.get(name), now.book.packs.get(name)
        if was is None or is_ is None:
            yield Difference(name, "pack", "the pack is new" if is_ else "the pack is gone")
            continue
        said = OF_THE_AUTHORITY if before.authority and now.authority else frozenset()
        for each in fields(Pack):
            if each.name not in UNSAID | APART | said:
                yield from contrast(name, each.name, was, is_, PACK_WORDS)
        yield from summaries(was.summary, is_.summary)
        yield from lists(was, is_)
        yield from _rules(before, now, was, is_)


def _rules(before: Edition, now: Edition, was: Pack, is_: Pack) -> Iterator[Difference]:
    old = {rule.name: rule for rule in was.rules}
    new = {rule.name: rule for rule in is_.rules}
    for name, rule in new.items():
        if name not in old:
            yield Difference(name, "rule", f"new in {is_.name}: {rule.title}")
            yield from (_new_rung(rung) for rung in rule.ladder)
    for name, rule in old.items():
        if name not in new:
            lost = was.clauses(rule)
            carried = f"; it carried {say_list(lost)}" if lost else ""
            sentence = f"switched off in {was.name}: {rule.title}{carried}"
            yield Difference(name, "rule", sentence)
        elif rule.pack == was.name or new[name].pack == is_.name:  # a base's own are told with it
            yield from _rule(before, now, rule, new[name])


def _rule(before: Edition, now: Edition, was: Rule, is_: Rule) -> Iterator[Difference]:
    for each in fields(Rule):
        if each.name in TEXTS:
            texts = getattr(was, each.name), getattr(is_, each.name)
            yield from contrast_text(was.name, each.name, TEXTS[each.name], *texts)
        elif each.name not in UNSAID | APART:
            yield from contrast(was.name, each.name, was, is_, RULE_WORDS, RULE_FLAGS)
    yield from remarks(was.name, was.remarks, is_.remarks)
    yield from approvals(was.name, was.approval, is_.approval)
    old, new = {one.name: one for one in was.ladder}, {one.name: one for one in is_.ladder}
    called = _renamed(old, new)
    for name, rung in new.items():
        if name in called:
            yield Difference(name, "rung", RENAMED.format(called[name]))
        if name not in old and name not in called:
            yield _new_rung(rung)
        else:
            yield from _rung((before, was, old[called.get(name, name)]), (now, is_, rung))
    for name, rung in old.items():
        if name not in new and name not in called.values():
            yield Difference(name, "rung", f"{is_told(rung.to)} no longer told")


def _renamed(old: Mapping[str, Rung], new: Mapping[str, Rung]) -> dict[str, str]:
    """Return the former names of rungs that are called otherwise now, by the new ones.

    Such a rung has the moment of one that is gone, and tells somebody of those whom that one told.
    """
    gone = [rung for name, rung in old.items() if name not in new]
    found: dict[str, str] = {}
    for name, rung in new.items():
        for former in gone if name not in old else ():
            is_it = former.at.text == rung.at.text and set(former.to) & set(rung.to)
            if is_it and former.name not in found.values():
                found[name] = former.name
                break
    return found


def _new_rung(rung: Rung) -> Difference:
    (at,) = say_moments((rung.at.text, None))
    return Difference(rung.name, "rung", f"{is_told(rung.to)} told {at}, which is new")


def _rung(
    before: tuple[Edition, Rule, Rung], now: tuple[Edition, Rule, Rung]
) -> Iterator[Difference]:
    was, is_ = before[2], now[2]
    if was.at.text != is_.at.text:
        at, earlier = say_moments(
            *((rung.at.text, _close(edition, rule)) for edition, rule, rung in (now, before))
        )
        yield Difference(is_.name, "at", f"{is_told(is_.to)} told {at} instead of {earlier}")
    if more := [role for role in is_.to if role not in was.to]:
        yield Difference(is_.name, "tell", f"{is_told(more)} told, too")
    if fewer := [role for role in was.to if role not in is_.to]:
        yield Difference(is_.name, "tell", f"{is_told(fewer)} no longer told")
    if was.repeat_working_days != is_.repeat_working_days:
        every = f"every {is_.repeat_working_days} working days"
        earlier = f"every {was.repeat_working_days}" if was.repeat_working_days else "not at all"
        said = (
            f"repeated {every} instead of {earlier}"
            if is_.repeat_working_days
            else "not repeated any more"
        )
        yield Difference(is_.name, "repeat", said)
    for each in fields(Rung):
        if each.name not in {*UNSAID, "at", "to", "repeat_working_days"}:
            yield from contrast(is_.name, each.name, was, is_, RUNG_WORDS, RUNG_FLAGS)


def _close(edition: Edition, rule: Rule) -> str | None:
    """Return the time of day at which a rule's limit falls, where that is the same every day."""
    finish = getattr(rule.due, "finish", None)
    if hasattr(finish, "isoformat"):
        return f"{finish:%H:%M}"
    hours = edition.authority.hours if edition.authority else OfficeHours()
    closes = set(hours.closes.values())
    return f"{closes.pop():%H:%M}" if finish == "close of business" and len(closes) == 1 else None


def _messages(before: Rulebook, now: Rulebook) -> Iterator[Difference]:
    for name in sorted(before.messages.keys() | now.messages.keys()):
        was, is_ = before.messages.get(name), now.messages.get(name)
        if was is None or is_ is None:
            yield Difference(
                name, "message", "the message is new" if is_ else "the message is gone"
            )
            continue
        for each in fields(MessageText):
            if each.name not in UNSAID:
                texts = getattr(was, each.name), getattr(is_, each.name)
                yield from contrast_text(name, each.name, MESSAGE_PARTS[each.name], *texts)


def _holidays(before: Edition, now: Edition) -> Iterator[Difference]:
    old, new = _days(before), _days(now)
    for day in sorted(new - old):
        yield Difference("holidays", str(day), f"{say_day(day)} is a bank holiday")
    for day in sorted(old - new):
        yield Difference("holidays", str(day), f"{say_day(day)} is no bank holiday any more")


def _days(edition: Edition) -> set[date]:
    return set(edition.days.holidays)
