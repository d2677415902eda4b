"""What the rows of a REST source say of each case, page by page."""

from datetime import timedelta
from typing import Any

import pytest

from daemon.testing.contracts import CANARIES, CaseSourceContract
from daemon.testing.fakes import HandClock
from daemon.testing.rest.server import RestServer
from integrations.rest_api.source import RestApi
from tests.integrations.rest_api.conftest import CHILDREN, PAGING, QUERIES, Connect, child

NAME, STREET, WORDS = CANARIES


class TestRestApi(CaseSourceContract):
    """The promises of every feed."""

    @pytest.fixture
    def source(self, server: RestServer, connect: Connect) -> RestApi:
        """Return a case system with two children and one bad row."""
        server.rows += [
            child("SC-1", forename=NAME, conferences=[{"id": "M1", "booked": "2026-03-20T10:00"}]),
            child("SC-2", address={"street": STREET}, notes=WORDS),
            child("SC-9", strategy={"on": WORDS}),
        ]
        return connect(updated_since="updated_since")

    @pytest.fixture
    def gone(self, server: RestServer, connect: Connect) -> RestApi:
        """Return a feed whose source is not there."""
        return connect(url=f"{server.url.rpartition(':')[0]}:1")


def bodies(source: RestApi) -> dict[str, Any]:
    """Return what is known of each case."""
    return {one.body["ref"]: one.body for one in source.read(None).records}


def test_a_child_comes_with_its_conferences_and_those_who_are_asked(
    server: RestServer, connect: Connect
) -> None:
    invited = [
        {"id": "I1", "agency": "police", "apart": ["I2", "I3"]},
        {"id": "I2", "out": "see file"},
    ]
    conference = {"id": "M1", "booked": "2026-03-20T10:00", "list_in": "2026-03-05", "invited": invited}  # fmt: skip
    server.rows.append(
        child(
            "SC-1",
            born="2017-05-04T00:00:00",
            team={"code": "north", "name": NAME},
            conflicts=["sw9"],
            staff=[{"role": "SW", "id": "sw1", "until": "2026-01-01"}, {"role": "SW", "id": "sw2"}],
            conferences=[conference],
        )
    )

    page = connect().read(None)

    (fragment,) = page.records
    assert fragment.place == "children/SC-1"
    assert list(page.problems) == []
    assert page.rows == 4
    assert fragment.body == {
        "ref": "SC-1",
        "team": "north",
        "born_on": "2017-05-04",
        "excluded": ["sw9"],
        "roles": {"social_worker": "sw2"},
        "facts": {
            "strategy_discussion_held": "2026-03-02",
            "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
        },
        "meetings": [
            {
                "id": "M1",
                "kind": "icpc",
                "scheduled_at": "2026-03-20T10:00",
                "facts": {"invite_list_received": "2026-03-05"},
                "invitees": [
                    {"id": "I1", "agency": "police", "apart_from": ["I2", "I3"], "facts": {}},
                    {"id": "I2", "excluded_by_chair": True, "facts": {}},
                ],
            }
        ],
    }


@pytest.mark.parametrize("style", PAGING)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_every_page_is_read_in_each_way_of_paging(
    server: RestServer, connect: Connect, style: Any, count: int
) -> None:
    server.style, server.page_size = style, 2
    server.rows += [child(f"SC-{number}") for number in range(count)]

    page = connect(paging=PAGING[style]).read(None)

    assert [one.body["ref"] for one in page.records] == [f"SC-{n}" for n in range(count)]
    assert page.whole


def test_facts_of_several_rows_stand_beside_one_another(
    server: RestServer, connect: Connect
) -> None:
    visits = {"within": "children", "rows": "$.visits", "facts": {"child_seen": "$.on"}}
    server.rows.append(child("SC-1", visits=[{"on": "2026-03-03"}, {"on": "2026-03-05"}]))

    source = connect(queries={"children": CHILDREN, "visits": visits})

    assert bodies(source)["SC-1"]["facts"]["child_seen"] == ["2026-03-03", "2026-03-05"]
    assert "child_seen" in source.carries


@pytest.mark.parametrize(
    ("row", "where", "what"),
    [
        pytest.param(None, "children/2", "is not an object", id="null"),
        pytest.param([], "children/2", "is not an object", id="a list"),
        pytest.param({}, "children/2", "$.id: there is no case reference", id="no reference"),
        pytest.param({"id": ["a", "b"]}, "children/2", "$.id: is not a single value", id="two ids"),
        pytest.param({"id": "a\x00"}, "children/2", "cannot be read", id="NUL"),
        pytest.param({"id": "\ud800"}, "children/2", "cannot be read", id="half a letter"),
        pytest.param({"id": "x" * 200_000}, "children/2", "is longer than", id="200 kB"),
        pytest.param({"id": "1" + "0" * 5000}, "children/2", "is longer than", id="a huge number"),
        pytest.param(child("SC-2", born="2026-02-31"), "children/SC-2", "$.born", id="no such day"),
        pytest.param(child("SC-2", born="9999-01-01"), "children/SC-2", "outside", id="9999"),
        pytest.param(child("SC-2", born=float("nan")), "children/SC-2", "$.born", id="NaN"),
        pytest.param(child("SC-2", born={"on": 1}), "children/SC-2", "$.born", id="an object"),
        pytest.param(child("SC-2", conflicts=[NAME + " Una"]), "children/SC-2", "is not an id", id="a name"),
        pytest.param(child("SC-2", deleted="perhaps"), "children/SC-2", "$.deleted", id="unclear"),
        pytest.param(child("SC-2", conferences=["x"]), "children/SC-2/meetings/1", "not an object", id="no part"),
        pytest.param(child("SC-2", conferences=[{}]), "children/SC-2/meetings/1", "has no id", id="a part without id"),
    ],
)  # fmt: skip
def test_a_bad_row_is_one_problem_and_the_others_are_read(
    server: RestServer, connect: Connect, row: Any, where: str, what: str
) -> None:
    server.rows += [child("SC-1"), row, child("SC-3")]

    page = connect().read(None)

    (problem,) = page.problems
    assert problem.where == where
    assert what in problem.what
    assert {"SC-1", "SC-3"} <= {one.body["ref"] for one in page.records}
    assert NAME not in str(page.problems)


def test_who_must_not_learn_of_a_case_is_never_lost_by_what_is_wrong_in_its_row(
    server: RestServer, connect: Connect
) -> None:
    nested: Any = "sw9"
    for _ in range(300):
        nested = {"in": nested}
    server.rows += [child("SC-1", born="May"), child("SC-2", conflicts=nested)]
    exclusions = {"within": "children", "rows": "$.shut_out", "fields": {"excluded": "$.id"}}
    server.rows.append(child("SC-3", shut_out="sw9"))

    source = connect(queries={"children": CHILDREN, "exclusions": exclusions})

    assert [one.get("restricted") for one in bodies(source).values()] == [True, True, True]


def test_what_was_withdrawn_is_left_out_and_its_secrets_are_kept(
    server: RestServer, connect: Connect
) -> None:
    conferences = [{"id": "M1"}, {"id": "M2", "gone": True}]
    server.rows += [
        child("SC-1", deleted=True, conflicts=["sw9"], conferences=conferences),
        child("SC-2", conferences=conferences),
    ]
    meetings = QUERIES["meetings"] | {"purge": "$.gone"}

    found = bodies(connect(queries=QUERIES | {"meetings": meetings}))

    assert found["SC-1"] == {"ref": "SC-1", "excluded": ["sw9"], "facts": {}}
    assert [one["id"] for one in found["SC-2"]["meetings"]] == ["M1"]


def test_up_to_when_it_is_known_is_what_the_source_says(
    server: RestServer, connect: Connect
) -> None:
    server.rows.append(child("SC-1"))
    server.as_at = "2026-03-06T09:00"

    page = connect(as_known="$.as_at").read(None)

    assert page.as_known_at.isoformat() == "2026-03-06T09:00:00+00:00"


def test_after_a_whole_reading_only_what_changed_is_asked_for(
    server: RestServer, connect: Connect, clock: HandClock
) -> None:
    bad, other = child("SC-2", born="May"), child("SC-3", born="May")
    server.rows += [child("SC-1"), bad, other]
    source = connect(updated_since="updated_since")
    first = source.read(None)
    bad |= {"born": "2017-05-04", "updated_at": "2026-03-06T17:31:00Z"}
    clock.now += timedelta(minutes=5)

    second = source.read(first.cursor)

    assert [one.body["ref"] for one in second.records] == ["SC-2"]
    assert not second.whole
    assert [one.where for one in second.problems] == ["children/SC-3"]
    assert server.asked[-1].query["updated_since"] == "2026-03-06T17:20:00Z"


@pytest.mark.parametrize("hours", [0, 25], ids=["a cursor of another process", "a day later"])
def test_a_whole_reading_comes_again(
    server: RestServer, connect: Connect, clock: HandClock, hours: int
) -> None:
    server.rows.append(child("SC-1"))
    source = connect(updated_since="updated_since")
    first = source.read(None)
    clock.now += timedelta(hours=hours)

    again = source if hours else connect(updated_since="updated_since")
    page = again.read(first.cursor)

    assert page.whole
    assert len(page.records) == 1


def test_an_answer_that_has_not_changed_is_not_given_again(
    server: RestServer, connect: Connect, clock: HandClock
) -> None:
    server.marks_answers = True
    server.rows += [child("SC-1"), child("SC-2", born="May")]
    source = connect()
    first = source.read(None)
    clock.now += timedelta(minutes=5)

    second = source.read(first.cursor)
    third = source.read(second.cursor)
    server.rows.append(child("SC-3"))
    fourth = source.read(third.cursor)

    assert [len(one.records) for one in (first, second, third, fourth)] == [2, 0, 0, 3]
    assert [one.whole for one in (first, second, third, fourth)] == [True, False, False, True]
    assert list(third.problems) == list(first.problems)
    assert second.as_known_at > first.as_known_at
