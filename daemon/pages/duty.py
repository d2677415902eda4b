"""One rule as its page says it: who, what, by when, what meets it, and who is told when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from daemon.domain.condition import Condition
from daemon.domain.rules import Basis, Pack, Rule, Rung
from daemon.domain.vocabulary import Vocabulary
from daemon.pages.words import in_words, say_due, say_facts, say_roles, say_rung, say_time

BASES = {
    Basis.STATUTORY: "statutory limit",
    Basis.LOCAL: "limit of this document",
    Basis.HOUSE: "our default, not in the document",
}
FIRST = ("Who", "By when", "What meets it")


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: when, what happens, and whether a document demands it."""

    when: str
    what: str
    house: bool


@dataclass(frozen=True, slots=True)
class Cited:
    """A clause of a rule: its id, what it is about in our words, and its limit as we read it."""

    id: str
    about: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A rule in words: `lines` are pairs of what is said and what it says; `who` are its roles in words."""

    name: str
    title: str
    who: tuple[str, ...]
    why: str
    basis: str
    house: bool
    from_base: bool
    lines: tuple[tuple[str, str], ...]
    ladder: tuple[Step, ...]
    clauses: tuple[Cited, ...]
    asides: tuple[tuple[str, str], ...]

    @property
    def first_lines(self) -> list[tuple[str, str]]:
        """What its readers look for first."""
        return [line for line in self.lines if line[0] in FIRST]

    @property
    def more_lines(self) -> list[tuple[str, str]]:
        """All other lines, which are folded on a screen."""
        return [line for line in self.lines if line[0] not in FIRST]


def duty(
    rule: Rule,
    pack: Pack,
    clauses: Sequence[str],
    about: Mapping[str, str],
    words: Vocabulary,
    comments: tuple[tuple[str, str], ...],
) -> Duty:
    """Return a rule in words; `about` says what each clause asks, `comments` how it was read."""
    return Duty(
        name=rule.name,
        title=rule.title,
        who=tuple(say_roles([role], words) for role in rule.responsible),
        why=rule.why,
        basis=BASES[rule.basis],
        house=rule.basis is Basis.HOUSE,
        from_base=rule.pack != pack.name,
        lines=tuple(
            (what, says[:1].upper() + says[1:]) for what, says in _lines(rule, words) if says
        ),
        ladder=tuple(_step(rung, words) for rung in rule.ladder),
        clauses=tuple(Cited(one, about.get(one, "")) for one in clauses),
        asides=comments,
    )


def _lines(rule: Rule, words: Vocabulary) -> Iterator[tuple[str, str]]:
    yield "Who", say_roles(rule.responsible, words)
    yield "For each", in_words(rule.subject, words)
    yield "When", say_condition(rule.when, words)
    if rule.opens:
        yield "May be done from", in_words(rule.opens.text, words)
    yield "By when", say_due(rule.due, words)
    if rule.late_start:
        late = rule.late_start
        yield (
            "If it begins late",
            f"begun from {late.start:%H:%M} on, or on no working day: by {late.due:%H:%M} of the next working day",
        )
    yield (
        "What meets it",
        say_facts(rule.met_by, words, rule.met_values, "and" if rule.needs_all else "or"),
    )
    if rule.met_by_each:
        yield (
            "For each recipient",
            f"{say_roles(rule.met_by_each, words)}, once the record says who received it",
        )
    if rule.withdrawn_when:
        yield "Ends without it when", in_words(rule.withdrawn_when.text, words)
    if rule.approval:
        yield (
            "Question",
            f"{rule.approval.question} It is put to the {words.role(rule.approval.of)}.",
        )
    yield "Needs fresh data from", say_roles_of(rule.relies_on, words.feed_roles)


def say_roles_of(names: Sequence[str], titles: Mapping[str, str]) -> str:
    """Return names as a list in words."""
    return " and ".join(titles.get(name, name) for name in names)


def say_condition(condition: Condition, words: Vocabulary) -> str:
    """Return a condition in words; nothing where it always holds."""
    return "" if condition.text == "always" else in_words(condition.text, words)


def _step(rung: Rung, words: Vocabulary) -> Step:
    return Step(say_time(rung.at.text), say_rung(rung, words), rung.house)
