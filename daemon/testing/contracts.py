"""What every feed and every directory must do: an adapter's tests inherit these suites."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daemon.decide.record.contract import INVITEE_KEYS, MEETING_KEYS, PLAN_KEYS, RECORD_KEYS
from daemon.domain.person import Scope
from daemon.ports import CaseSource, Directory, Page, Unreadable

CANARIES = ("Quillfeather", "12 Harebell Row", "frightened of the dark")


class CaseSourceContract:
    """The promises of the CaseSource port.

    A subclass gives the fixtures `source` (with at least one case and one problem to find, and
    CANARIES planted in fields that are not ours to keep) and `gone` (its outside is not there).
    """

    def test_a_reading_says_when_it_was_made_and_up_to_when_it_is_known(
        self, source: CaseSource
    ) -> None:
        """No feed knows the future."""
        page = source.read(None)

        assert page.read_at.utcoffset() == timedelta(0)
        assert page.as_known_at.utcoffset() == timedelta(0)
        assert page.as_known_at <= page.read_at

    def test_a_first_reading_is_whole_and_has_each_case_once(self, source: CaseSource) -> None:
        """Whatever many tables or sheets say of a child comes as one fragment."""
        page = source.read(None)

        refs = [fragment.body["ref"] for fragment in page.records]
        assert page.whole
        assert refs
        assert len(refs) == len(set(refs))
        assert page.rows >= len(refs) > 0

    def test_a_fragment_has_only_the_fields_of_the_case_record(self, source: CaseSource) -> None:
        """The contract has no field for a name, an address or narrative."""
        for fragment in source.read(None).records:
            body = fragment.body
            assert set(body) <= set(RECORD_KEYS), fragment.place
            assert isinstance(body["facts"], Mapping)
            assert _keys(body.get("meetings", ())) <= set(MEETING_KEYS)
            assert _keys(body.get("plans", ())) <= set(PLAN_KEYS)
            invitees = [
                one for each in body.get("meetings", ()) for one in each.get("invitees", ())
            ]
            assert _keys(invitees) <= set(INVITEE_KEYS)
            assert json.loads(json.dumps(body)) == body

    def test_a_fact_that_it_shows_is_one_that_it_says_it_can_carry(
        self, source: CaseSource
    ) -> None:
        """Rules that nothing carried can meet are left out: a fact unnamed would be a duty unwatched."""
        carried = getattr(source, "carries", None)

        for fragment in source.read(None).records:
            parts = [fragment.body, *fragment.body.get("meetings", ())]
            shown = {name for part in parts for name in part.get("facts", ())}
            assert carried is None or shown <= carried, fragment.place

    def test_a_problem_is_one_line_that_says_where_what_and_how_to_mend_it(
        self, source: CaseSource
    ) -> None:
        """People read them in a list."""
        problems = source.read(None).problems

        assert problems
        for problem in problems:
            assert problem.where
            assert problem.what
            assert problem.mend
            assert "\n" not in str(problem)

    def test_nothing_personal_comes_in(self, source: CaseSource) -> None:
        """Neither the fragments nor the problems repeat what is not ours to keep."""
        shown = _shown(source.read(None))

        assert [canary for canary in CANARIES if canary.casefold() in shown] == []

    def test_reading_twice_gives_the_same(self, source: CaseSource) -> None:
        """A replay changes nothing."""
        first, second = source.read(None), source.read(None)

        assert list(first.records) == list(second.records)
        assert list(first.problems) == list(second.problems)

    def test_a_cursor_handed_back_loses_nothing(self, source: CaseSource) -> None:
        """Either the same whole again, or a part that calls itself one; the problems stand."""
        first = source.read(None)
        second = source.read(first.cursor)

        assert list(second.records) == (list(first.records) if second.whole else [])
        assert list(second.problems) == list(first.problems)
        assert second.as_known_at >= first.as_known_at

    def test_a_source_that_is_not_there_is_unreadable_in_one_plain_sentence(
        self, gone: CaseSource
    ) -> None:
        """A vendor's exception never escapes, and neither does what it was chained to."""
        with pytest.raises(Unreadable) as caught:
            gone.read(None)

        assert str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.__cause__ is None


class DirectoryContract:
    """The promises of the Directory port.

    A subclass gives the fixtures `directory` and `absent` (one whose outside is not there). The
    directory has a `team_manager` in the teams north and south, a `service_manager` with no team,
    and a `lead` of the agency police in the area east.
    """

    def test_everybody_comes_once(self, directory: Directory) -> None:
        """Ids are unique."""
        ids = [person.id for person in directory.people()]

        assert ids
        assert len(ids) == len(set(ids))

    def test_a_role_is_held_in_the_cases_team_first(self, directory: Directory) -> None:
        """Another team's manager is never told."""
        found = directory.holders("team_manager", Scope(team="north"))

        assert found
        assert {post.team for person in found for post in person.posts} == {"north"}

    def test_who_has_no_team_holds_a_role_for_the_whole_authority(
        self, directory: Directory
    ) -> None:
        """Senior posts stand above teams."""
        found = directory.holders("service_manager", Scope(team="north"))

        assert found
        assert {post.team for person in found for post in person.posts} == {None}

    @pytest.mark.parametrize(
        ("scope", "count"),
        [
            pytest.param(Scope(agency="police", area="east"), 1, id="agency and area"),
            pytest.param(Scope(agency="police"), 1, id="agency alone"),
            pytest.param(Scope(agency="health"), 0, id="another agency"),
            pytest.param(Scope(agency="police", area="west"), 0, id="another area"),
        ],
    )
    def test_a_partners_role_is_held_by_agency_and_area(
        self, directory: Directory, scope: Scope, count: int
    ) -> None:
        """Source: READINGS section 2, point 7."""
        assert len(directory.holders("lead", scope)) == count

    def test_a_role_that_nobody_holds_has_no_holders(self, directory: Directory) -> None:
        """Empty is an answer: the fallback is somebody else's decision."""
        assert list(directory.holders("ferryman", Scope())) == []

    def test_a_directory_that_is_not_there_is_unreadable(self, absent: Directory) -> None:
        """The last good one stands."""
        with pytest.raises(Unreadable) as caught:
            absent.people()

        assert "\n" not in str(caught.value)


def hand_moved_clock(
    at: datetime,
) -> tuple[Callable[[], datetime], Callable[[datetime], None]]:
    """Return a clock that stands at `at`, and what moves it."""
    stands = [at.astimezone(UTC)]
    return (lambda: stands[0]), lambda later: stands.__setitem__(0, later.astimezone(UTC))


def _keys(parts: Iterable[Mapping[str, Any]]) -> set[str]:
    return {key for part in parts for key in part}


def _shown(page: Page) -> str:
    bodies = [dict(fragment.body) for fragment in page.records]
    return f"{json.dumps(bodies)} {' '.join(map(str, page.problems))}".casefold()
