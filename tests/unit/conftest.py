"""The small rulebook and its calendar, read once; a rule, and an authority's folder, that a test writes."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Answer, Deciding
from daemon.decide.record.reading import read_record
from daemon.domain.deadline import RungTime
from daemon.domain.obligation import Obligation
from daemon.domain.record import Record
from daemon.domain.rules import Basis, Pack, Rule, Rulebook, Rung
from daemon.domain.times import OfficeHours
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook import load, load_days
from daemon.rulebook.language.conditions import condition
from daemon.rulebook.language.moments import deadline
from tests.small import SMALL
from tests.unit.authority import TERMS
from tests.unit.enquiry import ENQUIRY, at


@cache
def shipped_deciding() -> Deciding:
    book, problems = load(SMALL)
    assert book is not None, problems
    return Deciding(book, Calendar(load_days(SMALL, "england-and-wales"), OfficeHours()))


@pytest.fixture
def deciding() -> Deciding:
    return shipped_deciding()


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    book, problems = load(SMALL)
    assert book is not None, problems
    assert problems == []
    return book


@pytest.fixture
def words(deciding: Deciding) -> Vocabulary:
    return deciding.words


@pytest.fixture
def calendar(deciding: Deciding) -> Calendar:
    return deciding.calendar


@pytest.fixture
def read(words: Vocabulary) -> Callable[..., Record]:
    """Return a reader of records that must be without fault."""

    def make(**body: Any) -> Record:
        reading = read_record({"ref": "SC-1", "facts": {}, **body}, words)
        assert reading.problems == ()
        assert reading.record is not None
        return reading.record

    return make


@pytest.fixture
def rule_of(words: Vocabulary) -> Callable[..., Rule]:
    """Return a maker of small rules."""

    def make(subject: str, due: str, when: str, met_by: tuple[str, ...], **more: Any) -> Rule:
        last = Rung(
            "told", RungTime("due"), ("team_manager",), ("email",), "first-seen-late",
            house=True, repeat_working_days=5,
        )  # fmt: skip
        fields = {"ladder": (last,), "responsible": ("social_worker",), **more}
        return Rule(
            "duty", "small", "A duty", "Why not.", ("X-1",), Basis.LOCAL, subject,
            deadline(due), condition(when, words), met_by, **fields,
        )  # fmt: skip

    return make


@pytest.fixture
def under(deciding: Deciding) -> Callable[..., dict[str, Obligation]]:
    """Return a decider of one record under one rule: its obligations by their subject."""

    def decide(rule: Rule, record: Record, at: Any, **more: Any) -> dict[str, Obligation]:
        pack = Pack("small", "Small", "digest", (rule,))
        base = deciding.rulebook.base
        book = Rulebook({"small": pack, base: pack}, deciding.words, {}, {"small": "digest"}, base)
        answer = replace(deciding, rulebook=book).decide(record, at, pack=pack, **more)
        assert len({one.id for one in answer.obligations}) == len(answer.obligations)
        return {str(one.subject): one for one in answer.obligations}

    return decide


@pytest.fixture
def answer(deciding: Deciding) -> Callable[..., Answer]:
    """Return a decider of one record under some rules: everything that it answers."""

    def decide(*given: Any) -> Answer:
        *rules, record, at = given
        pack = Pack("small", "Small", "digest", tuple(rules))
        base = deciding.rulebook.base
        book = Rulebook({"small": pack, base: pack}, deciding.words, {}, {"small": "digest"}, base)
        return replace(deciding, rulebook=book).decide(record, at, pack=pack)

    return decide


@pytest.fixture
def beside(answer: Callable[..., Answer]) -> Callable[..., Obligation]:
    """Return a decider of one rule beside another: the only obligation of the second."""

    def decide(other: Rule, rule: Rule, record: Record, at: Any) -> Obligation:
        found = answer(replace(other, name="other"), rule, record, at).obligations
        (one,) = [each for each in found if each.rule == rule.name]
        return one

    return decide


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Return what writes a settings file."""

    def write(text: str) -> Path:
        file = tmp_path / "daykeeper.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def stand(deciding: Deciding, words: Vocabulary) -> Callable[..., dict[str, Obligation]]:
    """Return how the duties of a record stand: state and late by rule, met ones with their moment."""

    def decide(when="2026-04-30T12:00", **facts):
        body = {
            "ref": "SC-1",
            "pathway": "stoke-on-trent",
            "facts": {**ENQUIRY, **facts.pop("facts", {})},
            **facts,
        }
        answer = deciding.decide(read_record(body, words).record, at(when))
        return {one.rule: one for one in answer.obligations}

    return decide


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of an authority's folder from its files."""

    def make(files: dict[str, str] | None = None, terms: str = TERMS) -> Path:
        made = tmp_path / "potterby"
        for file, text in {"authority.yaml": terms, **(files or {})}.items():
            (made / file).parent.mkdir(parents=True, exist_ok=True)
            (made / file).write_text(text, "utf-8")
        settled = made / "authority.yaml"
        settled.write_text(f"{settled.read_text('utf-8')}policies: {SMALL}\n", "utf-8")
        return made

    return make
