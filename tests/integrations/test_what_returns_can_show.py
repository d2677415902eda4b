"""What a statutory return can never show is not watched, and is listed: nobody is called late on its silence."""

from typing import Any

import pytest

from daemon.decide.duties.watched import left_out, watchable
from daemon.mapping.rows import carried
from daemon.rulebook import load, shipped
from integrations.annex_a.source import AnnexA
from integrations.cin_census.source import CinCensus
from integrations.rest_api.dfe_csc import CARRIED as DFE
from integrations.sql_query.config import Query
from integrations.sql_query.ssd.carried import CARRIED as SSD

RETURNS = [AnnexA, CinCensus]
CAN = {"icpc-limit", "first-review", "later-review", "transfer-in-conference", "child-has-died"}
CANNOT = {"first-core-group", "icpc-invite-list", "decisions-distributed"}


def not_watched(source: Any) -> set[str]:
    """Return the rules that are left out where this feed is all that there is."""
    book, problems = load(shipped())
    assert book, problems
    assert source.carries <= book.vocabulary.facts.keys()
    packs = ("stoke-on-trent", "statutory-england")
    return {one.rule for one in left_out(watchable(book, source.carries), packs)}


@pytest.mark.parametrize("source", RETURNS)
def test_the_statutory_clocks_are_watched_and_the_office_work_between_them_is_not(
    source: Any,
) -> None:
    unwatched = not_watched(source)

    assert not CAN & unwatched
    assert unwatched >= CANNOT


@pytest.mark.parametrize("shown", [SSD, DFE, AnnexA.carries, CinCensus.carries])
def test_nobody_is_told_that_nothing_is_booked_where_no_booking_would_be_seen(
    shown: frozenset[str],
) -> None:
    book, problems = load(shipped())
    assert book, problems

    unwatched = {one.rule for one in left_out(watchable(book, shown), tuple(book.packs))}

    assert unwatched >= {"conference-in-diary", "icpc-booked", "first-core-group-booked"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param({"fields": {"excluded": "who"}}, set(), id="who is excluded"),
        pytest.param({"meeting": "icpc", "id": "m", "fields": {"held_on": "h"}}, {"icpc_held"}, id="what was held"),
        pytest.param({"meeting": "pre_birth", "id": "m", "fields": {"scheduled_at": "s"}}, {"icpc_scheduled"},
                     id="what is booked"),
        pytest.param({"meeting": "rcpc", "id": "m", "fields": {"scheduled_at": "s", "status": "t"}},
                     {"rcpc_scheduled", "rcpc_called_off"}, id="what is called off"),
        pytest.param({"meeting": "transfer_in", "id": "m", "fields": {"held_on": "h", "direction": "d"}},
                     {"icpc_held", "receiving_conference_held"}, id="what another authority held"),
        pytest.param({"meeting": "transfer_in", "id": "m", "fields": {"held_on": "h"}},
                     {"receiving_conference_held"}, id="what another authority held for a child who left us"),
        pytest.param({"part": "invitee", "of_meeting": "m", "id": "i", "fields": {"deputy_for": "d"}},
                     {"deputy_nominated"}, id="who comes in whose place"),
    ],
)  # fmt: skip
def test_a_query_shows_of_meetings_what_its_columns_say(
    query: dict[str, Any], shown: set[str]
) -> None:
    given = {"sql": "SELECT 1", "ref": "child", **query}

    assert carried([Query.model_validate(given)]) == shown


def test_what_two_queries_say_of_the_same_meetings_counts_together() -> None:
    form = {"sql": "SELECT 1", "ref": "child", "meeting": "rcpc", "id": "m"}
    booked = Query.model_validate({**form, "fields": {"scheduled_at": "s"}})
    stands = Query.model_validate({**form, "fields": {"status": "t"}})

    assert carried([booked, stands]) == {"rcpc_scheduled", "rcpc_called_off"}


def test_only_annex_a_says_what_a_conference_decided() -> None:
    assert "conference-decision" in not_watched(CinCensus)
    assert "conference-decision" not in not_watched(AnnexA)
