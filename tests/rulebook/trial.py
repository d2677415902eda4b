"""The scenarios of a shipped pack: whether they hold, and whether each duty has one that fails without it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TypeVar

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.domain.condition import Condition
from daemon.domain.rules import Pack, Rulebook
from daemon.domain.times import OfficeHours
from daemon.rulebook import load_days, shipped, sources
from daemon.rulebook.checks.expectations import differences
from daemon.rulebook.checks.scenarios import Scenario, read_scenarios
from daemon.testing.world import loaded

Part = TypeVar("Part")
NEVER = Condition("never", lambda _: False, frozenset())


def rulebook() -> Rulebook:
    """Return the shipped rulebook."""
    return loaded(shipped())


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Return every scenario of the shipped packs."""
    return tuple(read_scenarios(sources(shipped()))[0])


def try_pack(called: str) -> list[str]:
    """Return what is wrong with a pack's scenarios; nothing where all hold and each duty needs one."""
    pack = rulebook().packs[called]
    own = [one for one in scenarios() if one.pack == called]
    failed = [str(problem) for one in own for problem in differences(one, _under(pack))]
    for about, without in _without_each(pack):
        shown = (one for one in own if one.about == about)
        if not any(differences(one, _under(without)) for one in shown):
            failed.append(f"{called}: no scenario fails without {about}")
    return failed


def _without_each(pack: Pack) -> Iterator[tuple[str, Pack]]:
    """Yield the pack once for each of its own duties, as if that one never applied to anybody."""
    for rule in pack.rules:
        if rule.pack == pack.name:
            idle = replace(rule, when=NEVER)
            yield rule.name, replace(pack, rules=_swapped(pack.rules, rule, idle))
    for item in pack.invitations:
        idle_item = replace(item, when=NEVER)
        yield item.name, replace(pack, invitations=_swapped(pack.invitations, item, idle_item))
    for digest in pack.digests:
        if digest.pack == pack.name:
            silent = replace(digest, to=())
            yield digest.name, replace(pack, digests=_swapped(pack.digests, digest, silent))


def _swapped(parts: tuple[Part, ...], one: Part, other: Part) -> tuple[Part, ...]:
    return tuple(other if each is one else each for each in parts)


def _under(pack: Pack) -> Deciding:
    book = rulebook()
    return Deciding(replace(book, packs={**book.packs, pack.name: pack}), _calendar())


@cache
def _calendar() -> Calendar:
    return Calendar(load_days(shipped(), "england-and-wales"), OfficeHours())
