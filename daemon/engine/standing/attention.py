"""What status says first, in plain words: each thing that a person must look at."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from daemon.decide.duties.watched import Unbegun
from daemon.domain.counts import counted
from daemon.domain.times import iso
from daemon.engine.records.staff import DIRECTORY
from daemon.engine.records.unreadable import DATABASE
from daemon.engine.sending.spoilt_rows import OUTBOX
from daemon.store import Summary

MAILBOX = "inbox/"  # the feeds in which answers come back begin so


def restored_in_words(why: str | None) -> list[str]:
    """Return what to do about a database that was put back; `why` is what shows it, None where nothing does."""
    if not why:
        return []
    do = "see by `daykeeper release` what went out meanwhile, then let it go on with `daykeeper release --yes`"
    return [f"nothing is sent: {why}; it is held as after a restore: {do}"]


def families_in_words(many: int) -> list[str]:
    """Return what to say of families about which nothing goes out until a person releases them."""
    what = "1 family is" if many == 1 else f"{many} families are"
    held = f"{what} held after a death or an ended pregnancy, until a service manager releases what is about it"
    return [held] if many else []


def invitations_in_words(summary: Summary) -> list[str]:
    """Return what needs attention about invitations, and about the mailboxes in which they are answered."""
    many = summary.invitations["bounced"]
    what = "1 invitation" if many == 1 else f"{many} invitations"
    lost = [f"{what} to a conference ahead did not arrive"] if many else []
    return lost + [
        f"the mailbox {name.removeprefix(MAILBOX)} cannot be read: {feed.failure}"
        for name, feed in summary.feeds.items()
        if name.startswith(MAILBOX) and not feed.ok
    ]


def feeds_in_words(states: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what to say of feeds that cannot be read, and of data that is older than it may be."""
    unread = [one for one in states if not one["ok"]]
    stale = [one for one in states if one["stale"]]
    return [
        *(f"the feed {one['name']} cannot be read: {one['failure']}" for one in unread),
        *(
            f"the data of the feed {one['name']} is older than it may be, of {one['as_known_at']}: "
            f"see whether its export still runs, and `daykeeper feed read {one['name']}`"
            for one in stale
        ),
    ]


def unread_in_words(wrong: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what to say of what cannot be read, each by where it comes from: `wrong` as `status` lists it."""
    found, feeds = [], Counter(one["feed"] for one in wrong)
    stored, outbox, people = feeds[DATABASE], feeds[OUTBOX], feeds[DIRECTORY]
    if silent := feeds.total() - stored - outbox - people:
        which = "it" if silent == 1 else "each"
        found.append(f"{counted(silent, 'row')} cannot be read: {which} may be a silent child")
    if stored:
        what = "1 stored case" if stored == 1 else f"{stored} stored cases"
        found.append(f"{what} cannot be read: what is due for it is held; see `quarantine`")
    return found + people_in_words(wrong) + unsent_in_words(outbox)


def people_in_words(wrong: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what to say of a directory that cannot be read at all, or of rows of it that cannot."""
    rows = [one for one in wrong if one["feed"] == DIRECTORY]
    for one in rows:
        if one["where"] == DIRECTORY:
            return [f"the directory of people cannot be read: {one['what']}; {one['mend']}"]
    told = "whoever stands there alone is told nothing; see `quarantine`"
    return [f"{counted(len(rows), 'row')} of the people cannot be read: {told}"] if rows else []


def unsent_in_words(many: int) -> list[str]:
    """Return what to say of stored messages, or of what goes into them, that cannot be read."""
    if not many:
        return []
    what = "1 stored message" if many == 1 else f"{many} stored messages"
    return [f"{what}, or part of one, cannot be read and is not sent; see `quarantine` in status"]


def waiting_in_words(since: datetime, put_off: Sequence[tuple[str, str, int]]) -> str:
    """Return what to say of messages that wait for too long, with what stood in the way, by channel and how often."""
    why = ", ".join(f"{reason} ({channel}, {many})" for channel, reason, many in put_off)
    what = f"a message has not been handed over since {iso(since)}" + (f": {why}" if why else "")
    return f"{what}; `daykeeper doctor` tries each channel"


def unheard_in_words(many: int) -> list[str]:
    """Return what to say of refused messages that reached nobody, not even another person."""
    if not many:
        return []
    what = "1 refused message has" if many == 1 else f"{many} refused messages have"
    return [f"{what} reached nobody, not even in another way; see `daykeeper release refused`"]


def idle_in_words(idle: Sequence[Unbegun]) -> list[str]:
    """Return what to say of statutory limits that nothing can start."""
    return [
        f"a statutory limit never begins: {one.rule}; no feed carries {', '.join(one.facts)}"
        for one in idle
        if one.is_limit
    ]


def unfed_in_words(unfed: Mapping[str, int]) -> list[str]:
    """Return what to say of duties that wait for data which no feed brings: how many, by what the data is."""
    do = "give the settings one, or name it under `also` of the feed that shows the same"
    return [
        f"{'1 duty waits' if many == 1 else f'{many} duties wait'} for the {what}, and no feed is that: {do}"
        for what, many in sorted(unfed.items())
    ]


def endless_in_words(by_hand: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what to say of rules of safety that begin and that nobody can end."""
    names = [one["rule"] for one in by_hand if one["begins"] and not one["can_end"]]
    what = "told, and nobody can end it: no feed shows it as done, and nobody can sign in"
    return [f"a rule of safety is {what}: {name}" for name in names]
