"""What two rulebooks would have told people, paired and counted."""

from datetime import date, datetime

import pytest

from daemon.decide.trying.tally import Both, Change, Tally, differences
from daemon.decide.trying.told import Notice
from daemon.pages.write import rehearsal_page
from daemon.rehearsal.figures import figures
from daemon.rehearsal.table import lines


def notice(at, rung="missed", to="ann", ref="SC-1", via="email", role="team_manager"):
    moment = datetime.fromisoformat(f"2026-03-{at}:00+00:00")
    obligation = ref and f"{ref}/list/icpc-1/police"
    refs = (ref,) if ref else ("SC-1", "SC-2")
    return Notice(
        moment, ref, refs, obligation, rung, "tell", role, None, to, via, rung, ref or rung, "due"
    )


@pytest.mark.parametrize(
    ("present", "draft", "expected"),
    [
        pytest.param(["06T17:00"], ["06T17:00"], ["same"], id="the same moment"),
        pytest.param(["06T17:00"], ["06T16:00"], ["earlier"], id="an hour sooner"),
        pytest.param(["06T17:00"], ["09T09:00"], ["later"], id="the next working day"),
        pytest.param([], ["06T17:00"], ["new"], id="told by the draft only"),
        pytest.param(["06T17:00"], [], ["gone"], id="told by the present one only"),
        pytest.param(
            ["06T17:00", "13T17:00"], ["06T17:00", "11T17:00", "13T17:00"], ["new", "same", "same"],
            id="what stays is paired before what is new",
        ),
        pytest.param(
            ["06T17:00", "13T17:00"], ["05T17:00", "12T17:00"], ["earlier", "earlier"], id="a repeat moves with it"
        ),
    ],
)  # fmt: skip
def test_notices_are_paired(present, draft, expected):
    found = differences([notice(at) for at in present], [notice(at) for at in draft])

    assert sorted(str(one.change) for one in found) == expected


def test_another_person_is_another_notice():
    found = differences([notice("06T17:00", to="ann")], [notice("06T17:00", to="tom")])

    assert sorted(one.change for one in found) == [Change.GONE, Change.NEW]


def test_a_notice_belongs_to_its_rule_whatever_its_subject():
    (one,) = differences([notice("06T17:00", ref="AB/12")], [])

    assert one.rule == "list"


def test_a_difference_reads_as_a_sentence():
    (one,) = differences([notice("06T17:00")], [notice("06T16:30")])

    assert str(one) == (
        "SC-1: missed to team_manager by email: Friday 6 March 2026, 4:30pm instead of Friday 6 March 2026, 5pm"
    )


def test_a_week_without_notices_stands_as_none():
    tally = Tally()
    for one in differences([notice("02T09:00"), notice("20T09:00")], []):
        tally.note(one)

    assert tally.weeks() == {
        date(2026, 3, 2): Both(1, 0),
        date(2026, 3, 9): Both(0, 0),
        date(2026, 3, 16): Both(1, 0),
    }


def test_parts_add_up_to_the_whole():
    present = [notice("02T09:00"), notice("06T17:00", ref="SC-2", to=None)]
    draft = [notice("02T08:00"), notice("03T17:00", ref="SC-3")]
    whole, parts = Tally(cases=3), Tally()
    for one in differences(present, draft):
        whole.note(one)
    for ref in ("SC-1", "SC-2", "SC-3"):
        part = Tally(cases=1)
        own = ([one for one in side if one.ref == ref] for side in (present, draft))
        for one in differences(*own):
            part.note(one)
        parts.add(part)

    assert parts == whole
    assert "(team_manager)" in whole.people


def test_a_list_that_gathers_many_cases_is_one_notice_whichever_parts_it_gathers():
    summary = notice("02T09:00", rung="weekly-summary", ref=None)
    first, second, total = Tally(), Tally(), Tally()
    first.gather([summary], [summary])
    second.gather([summary], [])

    total.add(first)
    total.add(second)
    total.close()

    assert total.rules["weekly-summary"] == {Change.SAME: 1}
    assert total.messages == Both(1, 1)


def test_examples_are_of_three_cases_and_no_more():
    tally = Tally()
    for number in range(9):
        for via in ("teams", "email"):
            for one in differences([], [notice("06T17:00", ref=f"SC-{number}", via=via)]):
                tally.note(one)

    shown = tally.examples["list", Change.NEW]

    assert [sentence.split(":")[0] for sentence in shown] == ["SC-0", "SC-1", "SC-2"]


def test_a_role_that_nobody_holds_is_called_by_its_name_and_said_to_be_held_by_nobody():
    tally = Tally(cases=1)
    for one in differences([notice("06T17:00", to=None)], []):
        tally.note(one)
    start, end = (datetime.fromisoformat(f"2026-03-{day}T00:00:00+00:00") for day in ("02", "09"))

    said = figures(tally, str, lambda code: code.replace("_", " "), start, end)

    for shown in ("\n".join(lines(said)), rehearsal_page(said)):
        assert shown.count("team manager (a role that nobody holds)") == 2
        assert "(team_manager)" not in shown
