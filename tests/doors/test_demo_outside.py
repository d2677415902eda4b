"""Where the demo's messages go: its settings lead to a mail server, or to a tenant of ours."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from daemon.demo.outside import Office, PlainMail
from daemon.demo.pages import routes
from daemon.demo.progress import Progress
from daemon.demo.run import authority
from daemon.domain.message import Message
from daemon.domain.person import Person
from daemon.testing.calendar_contract import EVENT
from daemon.testing.fakes import HandClock
from daemon.testing.world import at

SUBJECT = "Conference invite list: SC-1"
ANN = Person("ann", {"email": "ann@potterby.example", "teams": "ann@potterby.example"})


def feeds(place) -> None:
    (place / "feeds").mkdir()


@pytest.mark.parametrize(
    ("outside", "words"),
    [
        pytest.param(lambda place, _: PlainMail(place), ["email"], id="mail"),
        pytest.param(Office, ["email", "teams", "calendar"], id="microsoft365"),
    ],
)
def test_the_demos_settings_lead_to_its_other_side(tmp_path, outside, words):
    clock = HandClock(at("2026-03-02 09:00"))
    feeds(tmp_path)
    with outside(tmp_path, clock) as other, authority(tmp_path, other.settings(8700), clock) as app:
        for word in words:
            event = EVENT if word == "calendar" else None
            message = Message(
                f"m-{word}", word, SUBJECT, "Words.", "<p>Words.</p>", made_at=clock(), event=event
            )
            app.house.channels[word].send(message, ANN, message.id)
        pages = routes(
            app.store, app.house, clock, Progress, other.folder, other.feed, other.calendars
        )
        shown = next(one for one in pages if isinstance(one, Route) and one.path == "/mail")
        transport = httpx.ASGITransport(Starlette(routes=[shown]))

        async def read() -> str:
            async with httpx.AsyncClient(transport=transport, base_url="http://demo") as client:
                return (await client.get("/mail")).text

        page = asyncio.run(read())

    assert set(app.house.channels) == set(words)
    assert page.count(SUBJECT) == len({*words} - {"calendar"})
    assert ("Notices in Teams" in page) == ("teams" in words)
    assert ("Entries in calendars" in page) == (", and online" in page) == ("calendar" in words)
