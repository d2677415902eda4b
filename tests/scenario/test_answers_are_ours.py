"""Who has not answered is asked again, though no sheet of the diary says who did: the answers come to us."""

from datetime import timedelta

import pytest

from daemon.domain.event import Reply, Response
from daemon.engine.house import Feed, Mailbox
from daemon.engine.records.carried import carried_by, watching
from daemon.ports import InboxPage
from daemon.rulebook import shipped
from daemon.testing.fakes import FakeChannel, FakeInbox
from integrations.csv_files.config import Config
from integrations.csv_files.source import CsvFiles
from integrations.sql_query.ssd.carried import CARRIED
from tests.scenario.invited import INVITED

CHASE = {"invitation-unanswered", "review-invitation-unanswered"}
KIND = {"invitation-unanswered": "ICPC", "review-invitation-unanswered": "RCPC"}
ASKED = {
    "invitation-unanswered": "answer-asked-again",
    "review-invitation-unanswered": "review-answer-asked-again",
}
LIST = """conference_id,invitee_id,role,agency,email,is_family
M-1,I-1,police_officer,police,cp@police.example,N
M-1,I-2,health_visitor,health,hv@health.example,N
"""


@pytest.fixture
def diary(story, folder):
    """Return a maker of an authority with a diary of sheets, and a calendar, under Stoke's rules."""

    def make(kind="ICPC", *, hears=True, columns=None):
        world = story("2026-03-05 11:00", policies=shipped(), **INVITED)
        house, sheets = world.house, folder / "sheets"
        sheets.mkdir(exist_ok=True)
        (sheets / "conference.csv").write_text(
            "conference_id,kind,case_refs,booked_start,booked_end,venue,invite_list_received_at\n"
            f"M-1,{kind},SC-1,2026-03-20 10:00,2026-03-20 12:00,Civic Centre,2026-03-05\n",
            "utf-8",
        )
        (sheets / "invitee.csv").write_text(LIST, "utf-8")
        config = {"folder": sheets, "as_known": "read", "sheets": {"invitee": {"columns": columns or {}}}}  # fmt: skip
        source = CsvFiles(Config.model_validate(config), world.clock)
        world.feed.carries = CARRIED
        house.feeds = {
            "diary": Feed("diary", "conference_diary", source, timedelta(0), timedelta(0)),
            "cases": Feed("cases", "case_system", world.feed, timedelta(0), timedelta(0)),
        }
        house.order = {"*": ["diary", "cases"]}
        world.calendar = FakeChannel("calendar", world.clock)
        house.channels = {"email": world.email, "calendar": world.calendar}
        world.inbox = FakeInbox()
        house.inboxes = {"answers": Mailbox("answers", world.inbox, timedelta(0))} if hears else {}
        house.carried = carried_by([one.source for one in house.feeds.values()], hears=house.hears)
        house.deciding = watching(world.deciding, house.carried)
        return world

    return make


def chased(world, name):
    return sorted(to for _, to, rung in world.fired() if rung == ASKED[name])


@pytest.mark.parametrize("name", sorted(CHASE))
def test_who_answers_by_their_calendar_is_not_asked_again_and_who_does_not_is(diary, name):
    world = diary(KIND[name])
    is_review = KIND[name] == "RCPC"
    plan = {"id": "P-1", "started_on": "2026-01-15", "facts": {}}
    world.opens(roles={"social_worker": "sam"}, plans=[plan] if is_review else [])
    world.fact("SC-1", **({"icpc_held": "2026-01-15"} if is_review else {}))
    world.turn()
    uid = next(one for one in world.calendar.sent if one.to == "cp@police.example").message.event.uid  # fmt: skip
    reply = Reply(uid, "cp@police.example", Response.ACCEPTED, world.clock.now, 0)
    world.inbox.page = InboxPage([reply])

    world.until("2026-03-13 17:30")

    assert chased(world, name) == ["hv@health.example"]
    assert world.line.auditor.audit(world.clock()).balances


@pytest.mark.parametrize(
    ("options", "is_watched"),
    [
        pytest.param({}, True, id="answers come to our mailbox"),
        pytest.param({"hears": False}, False, id="they come to somebody else"),
        pytest.param(
            {"hears": False, "columns": {"response": "Reply"}},
            True,
            id="a column says who answered",
        ),
    ],
)
def test_the_chase_is_on_where_an_answer_can_be_seen(diary, options, is_watched):
    world = diary(**options)

    unwatched = world.house.deciding.rulebook.packs["stoke-on-trent"].unwatched.keys()

    assert (not CHASE & unwatched) is is_watched
