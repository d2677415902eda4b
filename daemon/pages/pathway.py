"""One pack as its page shows it: every rule in plain words, by phase, with its clauses and its ladder."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from daemon.decide.duties.obligations import Deciding
from daemon.decide.inviting.invitations import is_for_family
from daemon.domain.parts import Invitation
from daemon.domain.rules import Pack
from daemon.domain.times import WEEKDAYS, say_day
from daemon.domain.vocabulary import Vocabulary
from daemon.pages.asides import asides
from daemon.pages.duty import Cited, Duty, duty, say_condition
from daemon.pages.example import Example
from daemon.pages.timeline import Drawing, drawings
from daemon.pages.words import in_words, say_due, say_roles
from daemon.rulebook.packs.clauses import Carried, Clause, Coverage

PHASES = {
    "strategy": "Concern and strategy discussion",
    "s47": "Section 47 enquiry",
    "icpc-prep": "Before the initial conference",
    "icpc": "The initial conference",
    "post-icpc": "After the initial conference",
    "attendance": "Who comes to a conference",
    "core-group": "Core group",
    "plan": "The plan",
    "midpoint": "Mid-point reviews",
    "rcpc": "Review conferences",
    "drift": "Drift",
    "discontinue": "Ending a plan",
    "transfer": "Moving between authorities",
    "cin": "Child in need",
}
NO_PHASE = "Limits of the statutory base, and duties of ours"
KINDS = {
    "rule": "a rule",
    "message": "a message",
    "invitation": "an invitation",
    "approval": "an approval",
    "digest": "a regular list",
    "report": "a report",
    "record": "the record",
    "people": "people",
}


@dataclass(frozen=True, slots=True)
class Covered:
    """A clause with what carries it: each name, and its place on the page where it has one."""

    id: str
    phase: str
    about: str
    carrier: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Other:
    """An invitation, a regular list or a report."""

    name: str
    title: str
    kind: str
    lines: tuple[tuple[str, str], ...]
    clauses: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Pathway:
    """Everything that a page shows."""

    name: str
    title: str
    digest: str
    terms: tuple[tuple[str, str], ...]
    phases: tuple[tuple[str, str, tuple[Duty, ...]], ...]
    others: tuple[Other, ...]
    drawings: tuple[Drawing, ...]
    undated: tuple[tuple[str, str, str], ...]
    covered: tuple[Covered, ...]
    missing: tuple[Clause, ...]
    readings: tuple[tuple[str, str], ...]

    @property
    def rules(self) -> int:
        """How many rules there are, those of the base included."""
        return sum(len(duties) for _, _, duties in self.phases)

    @property
    def by_role(self) -> list[tuple[str, list[Duty]]]:
        """Each role with its duties in the order of the page; a role with many comes first."""
        found: dict[str, list[Duty]] = defaultdict(list)
        for one in (one for _, _, duties in self.phases for one in duties):
            for role in one.who:
                found[role].append(one)
        return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))

    @property
    def people(self) -> int:
        """How many clauses people carry."""
        return sum(one.carrier == KINDS["people"] for one in self.covered)


def pathway(
    pack: Pack, deciding: Deciding, coverage: Coverage, texts: Mapping[str, str], today: date
) -> Pathway:
    """Return a pack's page as of `today`; `texts` are the rulebook's files, whose comments are its readings."""
    words = deciding.words
    own = coverage.of(pack.name)
    about = {one.clause: one.about for found in coverage.carried.values() for one in found}
    duties = Example(deciding, pack).duties()
    dated = {one.rule.name for one in duties}
    return Pathway(
        name=pack.name,
        title=pack.title,
        digest=pack.digest,
        terms=tuple(_terms(pack, deciding, today)),
        phases=tuple(_phases(pack, coverage, about, words, texts)),
        others=tuple(_others(pack, about, words)),
        drawings=tuple(drawings(duties)),
        undated=tuple(
            (rule.name, rule.title, say_due(rule.due, words))
            for rule in pack.rules
            if rule.name not in dated
        ),
        covered=tuple(_covered(own.carried[pack.name], own, pack)),
        missing=tuple(own.clauses[name] for name in own.missing),
        readings=tuple(
            (f"{file}, {key}" if key else file, aside)
            for file in ("pack.yaml", "sources.yaml")
            for key, aside in asides(texts.get(f"{pack.name}/{file}", ""))
        ),
    )


def _terms(pack: Pack, deciding: Deciding, today: date) -> Iterator[tuple[str, str]]:
    words, book = deciding.words, deciding.rulebook
    if pack.stands_on:
        yield "Stands on", book.pack(pack.stands_on).title
    yield "Where nobody holds a role", f"the {words.role(pack.fallback)} is told, and the operator"
    yield (
        "A promise rests our reminders for",
        f"at most {pack.promise_cap_working_days} working days",
    )
    if pack.summary:
        day = WEEKDAYS[pack.summary.weekday]
        yield (
            "Every week",
            f"{day}, {pack.summary.clock:%H:%M}: the {say_roles(pack.summary.to, words)} gets what is open and overdue",
        )
    for kind, one in pack.attendance.items():
        excused = " or ".join(words.label(name) for name in one.excused_by)
        missed = (
            f"an absent agency is excused by {excused}"
            if excused
            else "nothing excuses an absent agency"
        )
        quorum = (
            f"; quorum {one.quorum} agencies (it warns, and decides nothing)" if one.quorum else ""
        )
        yield (
            f"At the {words.meetings.get(kind, kind)}",
            f"{missed}{quorum}",
        )
    if pack.letters:
        yield "Letters to families", f"are written by the {words.role(pack.letters)}"
    if pack.review_by:
        is_past = pack.review_by < today
        passed = " – this day has passed: look whether it has a new edition" if is_past else ""
        yield "The document's own review", f"by {say_day(pack.review_by)}{passed}"
    if pack.effective_from:
        yield "In force from", say_day(pack.effective_from)


def _phases(
    pack: Pack, coverage: Coverage, about: Mapping[str, str], words: Vocabulary, texts: Mapping[str, str]
) -> Iterator[tuple[str, str, tuple[Duty, ...]]]:  # fmt: skip
    by_phase: dict[str, list[Duty]] = defaultdict(list)
    for rule in pack.rules:
        clauses = pack.clauses(rule)
        known = (coverage.clauses[one].phase for one in clauses if one in coverage.clauses)
        comments = asides(texts.get(f"{rule.pack}/rules/{rule.name}.yaml", ""))
        by_phase[next(known, "")].append(duty(rule, pack, clauses, about, words, comments))
    for phase, title in (*PHASES.items(), ("", NO_PHASE)):
        if by_phase[phase]:
            yield phase or "base", title, tuple(by_phase[phase])


def _others(pack: Pack, about: Mapping[str, str], words: Vocabulary) -> Iterator[Other]:
    for one in pack.invitations:
        lines = [
            ("For each", in_words(one.subject, words)),
            ("When", say_condition(one.when, words)),
            ("Sent in the name of", say_roles(one.sends_for, words)),
            ("Words for", say_roles(one.words, words)),
            ("With it", ", ".join(name.replace("_", " ") for name in one.encloses)),
            ("With a letter to the family", _for_family(one, pack)),
        ]
        yield _other("Invitation", one.name, one.title, one.clauses, lines, about)
    for two in pack.digests:
        day = "Every working day" if two.weekday is None else WEEKDAYS[two.weekday]
        lines = [
            ("When", f"{day}, {two.clock:%H:%M}"),
            ("Who gets it", say_roles(two.to, words)),
            (
                "Shows",
                f"{two.shows}, {two.within_working_days} working days ahead, of their {two.own}",
            ),
        ]
        yield _other("Regular list", two.name, two.title, two.clauses, lines, about)
    for three in pack.reports:
        figures = ", ".join(name.replace("_", " ") for name in three.figures)
        yield _other(
            "Report", three.name, three.title, three.clauses, [("Figures", figures)], about
        )


def _for_family(one: Invitation, pack: Pack) -> str:
    """Return what a letter to the family carries beside when and where; empty where none is written."""
    if not is_for_family(one, pack):
        return ""
    named = [name.replace("_", " ") for name in one.encloses_for_family]
    joins = ["how to join online"] if one.family_joins_online else []
    return ", ".join(named + joins) or "when and where, and nothing of what professionals are told"


def _other(
    kind: str, name: str, title: str, clauses: Sequence[str], lines: Sequence[tuple[str, str]], about: Mapping[str, str]
) -> Other:  # fmt: skip
    cited = tuple(Cited(one, about.get(one, "")) for one in clauses)
    said = tuple((what, says[:1].upper() + says[1:]) for what, says in lines if says)
    return Other(name, title, kind, said, cited)


def _covered(carried: Sequence[Carried], own: Coverage, pack: Pack) -> Iterator[Covered]:
    places = {rule.name for rule in pack.rules}
    for others in (pack.invitations, pack.digests, pack.reports):
        places |= {one.name for one in others}
    by_clause = {one.clause: one for one in carried}
    for clause in own.clauses.values():
        if one := by_clause.get(clause.id):
            names = tuple((name, f"#{name}" if name in places else "") for name in one.names)
            phase = PHASES.get(clause.phase, clause.phase)
            yield Covered(clause.id, phase, one.about, KINDS[one.kind], names)
