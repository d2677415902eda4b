"""What an authority's changes may have lost although all of them are sound: shipped scenarios, and steps far too late.

An authority may tune; so these are warnings, each at the line of the change.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.decide.telling.wording import say_list
from daemon.domain.errors import Problem, Severity
from daemon.domain.rules import Pack, Rule
from daemon.domain.times import OfficeHours
from daemon.rulebook.checks.expectations import differences
from daemon.rulebook.checks.scenarios import Scenario, read_scenarios
from daemon.rulebook.editions.edition import OWN, Edition, Written
from daemon.rulebook.language.marks import Rows, Table, Text, read
from daemon.rulebook.language.moments import every, rung_time
from daemon.rulebook.language.phrases import Misread
from daemon.rulebook.own.changes import FOLDER
from daemon.rulebook.own.kept import PROTECTED
from daemon.rulebook.own.overlay import chain
from daemon.rulebook.own.rungs import words
from daemon.rulebook.rules.ladder import MINUTES_OF

LATEST_WORKING_DAYS = 60  # after due: a quarter of a year in which nobody hears of it
DECIDES = PROTECTED - {"clauses", "basis"}


@dataclass(frozen=True, slots=True)
class Tuning:
    """One change of a rule as it is written; `where` is its line, `keys` all that it sets or takes away."""

    rule: str
    where: str
    keys: frozenset[str]
    table: Table


def far_steps(edition: Edition, own: str) -> Iterator[Problem]:
    """Yield a warning for each step of an authority's files so late, or repeated so seldom, that nobody would hear."""
    for file, table in entries(edition):
        ladder, added = table.get("ladder"), table.get("add_rung")
        rungs = list(ladder.entries.values()) if isinstance(ladder, Table) else []
        rungs += ladder.items if isinstance(ladder, Rows) else ()
        rungs += added.items if isinstance(added, Rows) else [added] if added else []
        for rung in rungs:
            for key, days, what in FAR:
                text = rung.get(key) if isinstance(rung, Table) else None
                if isinstance(text, Text) and days(text) > LATEST_WORKING_DAYS:
                    where = f"{own}/{file}:{text.line}: {key}"
                    told = f'"{text}" is more than {LATEST_WORKING_DAYS} working days {what}'
                    yield Problem(where, told, "leave it if that is meant", Severity.WARNING)


def waiting_for(edition: Edition, own: str) -> Iterator[Problem]:
    """Yield a warning for each change of the feeds that a rule relies on: what that holds back, or lets go."""
    labels = edition.book.vocabulary.feed_roles
    for file, table in entries(edition):
        name = table.get("rule")
        if isinstance(name, Text) and not words(table.get("relies_on")):
            what = f"the messages of {name} wait for no feed, and go out on old data, too"
            where = f"{own}/{file}:{name.line}: rule"
            mend = 'add "relies_on: [case_system]", or the feed that shows what meets it'
            yield Problem(where, what, mend, Severity.WARNING)
    for one in tunings(edition, own):
        if "relies_on" not in one.keys:
            continue
        if feeds := words(one.table.get("relies_on")):
            named = say_list([f"the {labels[feed]}" for feed in feeds])
            what = f"the messages of {one.rule} wait while the data of {named} are stale"
            where = f"{one.where.split(':')[0]}:{feeds[0].line}: relies_on"
        else:
            what = f"the messages of {one.rule} wait for no feed, and go out on old data, too"
            where = one.where
        yield Problem(where, what, "leave it if that is meant", Severity.WARNING)


def lost_scenarios(edition: Edition, own: str) -> Iterator[Problem]:
    """Yield a warning for each shipped scenario that a change of when a rule holds or is met has lost.

    Where none is left that tells anybody, the clauses are named that may be lost with them.
    """
    if edition.authority is None:
        return
    packs = chain(edition.texts, edition.authority.based_on)
    changed = [one for one in tunings(edition, own) if one.keys & DECIDES]
    if not changed:
        return
    texts = {file: text for file, text in edition.texts.items() if file.partition("/")[0] in packs}
    scenarios, _ = read_scenarios(texts, "policies")
    deciding = Deciding(edition.book, Calendar(edition.days, OfficeHours()))
    pack = edition.book.packs[packs[0]]
    for one in changed:
        rule = pack.rule(one.rule)
        mine = [each for each in scenarios if each.about == one.rule]
        if rule is not None and mine:
            yield from _lost(one, rule, pack, mine, deciding)


def _lost(
    one: Tuning, rule: Rule, pack: Pack, scenarios: list[Scenario], deciding: Deciding
) -> Iterator[Problem]:
    lost = [each for each in scenarios if differences(each, deciding)]
    mend = "see that this is meant, and write a scenario of your own"
    for each in lost:
        what = f"the shipped scenario {each.pack}/{each.name} does not hold any more"
        yield Problem(one.where, what, mend, Severity.WARNING)
    telling = [each for each in scenarios if each.expected]
    if telling and all(each in lost for each in telling):
        clauses = list(pack.clauses(rule))
        noun = "clause" if len(clauses) == 1 else "clauses"
        named = f"{noun} {say_list(clauses)}" if clauses else rule.name
        what = f"{named} may be lost: none of the shipped scenarios of this rule holds any more"
        yield Problem(one.where, what, mend, Severity.WARNING)


def tunings(edition: Edition, own: str) -> Iterator[Tuning]:
    """Yield each change of a rule or message that the authority's files make, in order."""
    for file, each in entries(edition):
        name = each.get("change")
        if isinstance(name, Text):
            keys = {*map(str, each.entries), *map(str, words(each.get("without")))}
            called = name.rpartition("/")[2]
            yield Tuning(called, f"{own}/{file}:{name.line}: change", frozenset(keys), each)


def entries(edition: Edition) -> Iterator[tuple[str, Table]]:
    """Yield each change and each addition in the authority's files, with its file, in order."""
    for file, text in sorted(Written(edition.written).below(OWN).items()):
        table = read(text, file)[0] if file.startswith(f"{FOLDER}/") else None
        several = table.get("changes") if table else None
        found = several.items if isinstance(several, Rows) else (table,)
        yield from ((file, each) for each in found if isinstance(each, Table))


def _working_days(at: str) -> float:
    try:
        moment = rung_time(at)
    except Misread:
        return 0
    return moment.count * MINUTES_OF[moment.unit] / 1440


def _pause(repeat: str) -> float:
    try:
        return every(repeat)
    except Misread:
        return 0


FAR: tuple[tuple[str, Callable[[str], float], str], ...] = (
    ("at", _working_days, "late: this step may never be told"),
    ("repeat", _pause, "apart: nobody may ever hear of it again"),
)
