"""Notices in Teams: one for each topic, whatever is sent again, and none that says too much."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from daemon.domain.errors import Permanent, Temporary, Unknown, Unsupported
from daemon.domain.person import Person
from daemon.testing.channel_contract import MESSAGE
from daemon.testing.microsoft365.faults import Fault
from daemon.testing.notice_contract import NoticeChannelContract
from integrations.microsoft365.activity import ActivityFeed
from integrations.microsoft365.config import ActivityConfig

ANN = Person("ann", {"teams": "ann@council.example"})
APP = "33333333-3333-3333-3333-333333333333"
PAGE = "https://daykeeper.council.example/item/abc?x=1&y=2"
CARD = json.dumps(
    {"body": [{"actions": [{"type": "Action.OpenUrl", "title": "Open", "url": PAGE}]}]}
)
NOTICE = replace(MESSAGE, channel="teams", topic="t-1", card=CARD)
FEED = "sendActivityNotification"


@pytest.fixture
def feed(reach, clock) -> Iterator[ActivityFeed]:
    made = ActivityFeed(ActivityConfig(**reach, app_id=APP), clock)
    yield made
    made.close()


class TestActivityFeed(NoticeChannelContract):
    """The promises of every channel of a few words."""

    word = "teams"

    @pytest.fixture
    def channel(self, feed):
        return feed

    @pytest.fixture
    def somebody(self):
        return ANN

    @pytest.fixture
    def message(self):
        return replace(NOTICE, topic="")

    @pytest.fixture
    def arrived(self, office):
        def shown():
            return [
                (str(one.body["chainId"]), " ".join(texts(one.body)))
                for one in office.tenant.notices
            ]

        return shown


def texts(body) -> Iterator[str]:
    """Yield every text of a notice that a person may see, whatever it is called."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict | list):
        for one in body.values() if isinstance(body, dict) else body:
            yield from texts(one)


def test_a_notice_has_the_subject_and_a_way_to_the_item(office, feed):
    feed.send(NOTICE, ANN, "m-1")

    (notice,) = office.tenant.notices
    link = urlsplit(notice.body["topic"]["webUrl"])
    assert notice.to == "ann@council.example"
    assert notice.body["previewText"]["content"] == MESSAGE.subject
    assert (link.netloc, link.path) == ("teams.microsoft.com", f"/l/entity/{APP}/daykeeper")
    assert parse_qs(link.query)["webUrl"] == [PAGE]
    assert MESSAGE.text.splitlines()[0] not in json.dumps(notice.body)


def test_a_reminder_takes_the_place_of_what_came_before_it(office, feed):
    bob = Person("bob", {"teams": "bob@council.example"})
    feed.send(NOTICE, ANN, "m-1")
    feed.send(NOTICE, bob, "m-2")
    feed.send(replace(NOTICE, topic="t-2"), ANN, "m-3")

    feed.send(replace(NOTICE, subject="It is overdue"), ANN, "m-4")

    shown = [(one.to[:3], one.body["previewText"]["content"]) for one in office.tenant.notices]
    assert shown == [("bob", MESSAGE.subject), ("ann", MESSAGE.subject), ("ann", "It is overdue")]


@pytest.mark.parametrize("topic", ["t-1", ""], ids=["about a duty", "about nothing in particular"])
def test_a_notice_that_may_have_arrived_shows_once_when_it_is_sent_again(office, feed, topic):
    notice = replace(NOTICE, topic=topic)
    office.misbehave(Fault(504, after=True, on=FEED))
    with pytest.raises(Unknown):
        feed.send(notice, ANN, "m-1")
    office.misbehave()

    with pytest.raises(Unsupported):
        feed.find("m-1")
    feed.send(notice, ANN, "m-1")

    assert len(office.tenant.notices) == 1


def test_who_has_no_app_or_is_not_there_is_told_in_another_way(office, feed):
    office.tenant.without_app = frozenset({"ann@council.example"})
    office.tenant.missing = frozenset({"bob@council.example"})

    for address, reason in (("ann", "app-not-installed"), ("bob", "unknown-recipient")):
        with pytest.raises(Permanent, match=reason):
            feed.send(NOTICE, Person("x", {"teams": f"{address}@council.example"}), "m-1")
    with pytest.raises(Permanent, match="no-address"):
        feed.send(NOTICE, Person("x", {"email": "ann@council.example"}), "m-1")


def test_who_was_refused_is_not_reached_for_a_day(office, feed, clock):
    office.tenant.without_app = frozenset({"ann@council.example"})
    before = feed.reaches(ANN)
    with pytest.raises(Permanent, match="app-not-installed"):
        feed.send(NOTICE, ANN, "m-1")

    after = feed.reaches(ANN)
    clock.now += timedelta(days=1)

    assert (before, after, feed.reaches(ANN)) == (True, False, True)
    assert not feed.reaches(Person("north", {"teams": "workflow:north"}))


def test_a_throttled_feed_leaves_mail_alone(office, feed, connect):
    outlook = connect()
    office.misbehave(Fault(429, retry_after_s=60, on=FEED))
    with pytest.raises(Temporary, match="throttled"):
        feed.send(NOTICE, ANN, "m-1")

    assert outlook.session is feed.session
    assert outlook.send(MESSAGE, Person("ann", {"email": "ann@council.example"}), "m-2")


def test_chat_is_refused_with_the_reason(reach):
    with pytest.raises(ValidationError, match="no application write into a chat"):
        ActivityConfig(**reach, app_id=APP, way="chat")
