"""The auditor's own alarm: at once, again while it lasts, over when it is over, and never each minute."""

from datetime import UTC, datetime, timedelta

import pytest

from daemon.auditor.alarm import Alarm
from daemon.auditor.told import ToldFile

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
PERIOD = timedelta(minutes=5)
MISSED, LEADER = {"missed": "3 things are missed."}, {"leader": "no run leads."}


class Post:
    """A way that takes what it is given, until it is broken."""

    def __init__(self):
        self.sent, self.broken = [], ""

    def __call__(self, id_, subject, text, html):
        if not self.broken:
            self.sent.append((subject, text))
        return self.broken


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def alarm(tmp_path):
    return made(tmp_path)


def made(folder):
    kept = ToldFile(folder / "potterby.auditor", "duty@x")
    return Alarm("Potterby", timedelta(hours=4), PERIOD, kept)


def tell(alarm, post, *rounds):
    for number, troubles in enumerate(rounds):
        alarm.tell(troubles, NOON + number * PERIOD, post)
    return [subject for subject, _ in post.sent]


def test_nothing_is_said_while_all_is_well(alarm, post):
    assert tell(alarm, post, {}, {}, {}) == []


def test_a_trouble_is_told_at_once_and_not_each_period(alarm, post):
    assert tell(alarm, post, MISSED, MISSED, MISSED) == ["Potterby: Daykeeper needs you"]
    assert "3 things are missed." in post.sent[0][1]


def test_a_trouble_that_comes_to_another_is_told_with_it(alarm, post):
    assert len(tell(alarm, post, MISSED, MISSED | LEADER)) == 2
    assert "no run leads." in post.sent[1][1]


def test_that_it_is_over_is_told_once(alarm, post):
    assert tell(alarm, post, MISSED, {}, {})[1:] == ["Potterby: Daykeeper is well again"]


def test_what_lasts_is_told_again_after_four_hours(alarm, post):
    assert len(tell(alarm, post, *[MISSED] * 60)) == 2


def test_what_comes_back_is_told_again(alarm, post):
    assert len(tell(alarm, post, MISSED | LEADER, LEADER, LEADER | MISSED)) == 2


def test_what_could_not_be_told_is_tried_again_each_period(alarm, post):
    post.broken = "unreachable"
    assert tell(alarm, post, MISSED, MISSED) == []
    post.broken = ""

    assert tell(alarm, post, MISSED, MISSED) == ["Potterby: Daykeeper needs you"]


def test_a_second_auditor_of_one_file_keeps_its_own_in_memory_and_says_so_once(
    alarm, post, tmp_path, caplog
):
    tell(alarm, post, MISSED)
    second, heard = made(tmp_path), Post()

    tell(second, heard, LEADER, LEADER, LEADER)
    alarm.kept.close()
    tell(made(tmp_path), post, MISSED)

    assert [subject for subject, _ in heard.sent] == ["Potterby: Daykeeper needs you"]
    assert len(post.sent) == 1
    assert caplog.text.count("another auditor keeps it") == 1


def test_a_memory_that_cannot_be_replaced_does_not_outlive_what_it_says(alarm, post, tmp_path):
    tell(alarm, post, MISSED | LEADER)
    (tmp_path / "potterby.auditor.part").mkdir()
    alarm.tell(LEADER, NOON + PERIOD, post)
    alarm.kept.close()

    made(tmp_path).tell(MISSED | LEADER, NOON + 2 * PERIOD, post)

    assert len(post.sent) == 2


def test_where_its_memory_cannot_be_written_what_comes_back_is_told_again_all_the_same(
    alarm, post, tmp_path
):
    (tmp_path / "potterby.auditor.lock").mkdir()

    assert tell(alarm, post, MISSED, {}, MISSED, MISSED) == [
        "Potterby: Daykeeper needs you",
        "Potterby: Daykeeper is well again",
        "Potterby: Daykeeper needs you",
    ]
