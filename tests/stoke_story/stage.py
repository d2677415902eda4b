"""The stage of the story: two feeds, mail, calendars and a mailbox, and what people do at our doors."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from daemon.domain.event import Reply, Response
from daemon.domain.times import LONDON
from daemon.domain.who import Who
from daemon.engine.answering.dispatch import Came, Draft
from daemon.engine.conference.room import Told
from daemon.engine.house import Feed, Mailbox
from daemon.ports import InboxPage
from daemon.rulebook import shipped
from daemon.testing.fakes import FakeChannel, FakeInbox, FakeSource, Sent
from daemon.testing.world import World, at
from tests.stoke_story.family import ALL, RECORDS, STAFF

TERMS = {"accepted": frozenset({"police.example", "health.example"})}
SIGNED_IN = {
    name: Who(name, frozenset({role}))
    for name, role in {
        "chris": "cp_chair", "dora": "duty_cp_chair", "sue": "safeguarding_service_manager",
        "tom": "team_manager", "wes": "social_work_service_manager", "sam": "social_worker",
    }.items()
}  # fmt: skip


class Stage(World):
    """Stoke-on-Trent's whole rulebook, and the family's record as two feeds show it."""

    def __init__(self, folder: Path, url: str | None = None, *, start: str) -> None:
        super().__init__(folder, start, url=url, policies=shipped(), **TERMS)
        self.directory.everybody = list(STAFF)
        self.cases = FakeSource(self.clock)
        self.cases.bodies = deepcopy(RECORDS)
        self.calendar = FakeChannel("calendar", self.clock)
        self.inbox = FakeInbox()
        none = timedelta(0)
        self.house.signs_in = True
        self.house.channels = {"email": self.email, "calendar": self.calendar}
        self.house.inboxes = {"answers": Mailbox("answers", self.inbox, none)}
        self.house.feeds = {
            "cases": Feed("cases", "case_system", self.cases, none, none),
            "diary": Feed("diary", "conference_diary", self.feed, none, none),
        }
        self.house.order = {"*": ["cases", "diary"]}
        self.happened: list[tuple[datetime, str]] = []

    def at(self, text: str, words: str) -> None:
        """Walk the clock to a London time, at which what comes next happens; `words` say it to a reader."""
        assert at(text) >= self.clock(), f"{text} lies behind us"
        self.until(text)
        self.happened.append((self.clock(), words))

    # what the two systems record

    def records(
        self, *names: str, of: Iterable[str] = ALL, about: str | None = None, on: str | None = None,
        **values: str,
    ) -> None:  # fmt: skip
        """Record facts in the case system, with the time that it is now unless `on` says another."""
        moment = on or f"{self.clock().astimezone(LONDON):%Y-%m-%dT%H:%M}"
        for ref in of:
            facts = self.cases.bodies[ref]["facts"]
            for name, value in {**dict.fromkeys(names), **values}.items():
                item = {"at": moment, "value": value, "about": about}
                kept = {key: one for key, one in item.items() if one is not None}
                facts[name] = [*facts.get(name, []), kept]

    def changes(self, of: Iterable[str] = ALL, **fields: Any) -> None:
        """Change fields of the children's records; roles are added to."""
        for ref in of:
            body = self.cases.bodies[ref]
            roles = {**body["roles"], **fields.get("roles", {})}
            self.cases.bodies[ref] = {**body, **fields, "roles": roles}

    def diary(self, name: str, of: Iterable[str] = ALL, **fields: Any) -> None:
        """Enter a meeting in the diary, or change what stands there."""
        for ref in of:
            body = self.feed.bodies.get(ref) or {"ref": ref, "facts": {}, "meetings": []}
            meetings = {one["id"]: one for one in body["meetings"]}
            meetings[name] = {**meetings.get(name, {"id": name}), **fields}
            self.feed.bodies[ref] = {**body, "meetings": list(meetings.values())}

    # what people say to us

    def replies(self, person: str, response: str = "accepted") -> None:
        """Have somebody answer the entry that they were sent last."""
        sent = [one for one in self.calendar.sent if one.to == person]
        event = sent[-1].message.event
        assert event is not None
        reply = Reply(event.uid, person, Response(response), self.clock(), event.revision)
        self.inbox.page = InboxPage([reply])
        self.turn()
        self.inbox.page = InboxPage()

    def answers(
        self, who: str, rule: str, choice: str, reason: str, draft: Draft | None = None
    ) -> None:
        """Answer what waits for somebody who has signed in, for every child that it is about."""
        one = self._waiting(who, rule)
        came = self.line.decisions.decide(
            SIGNED_IN[who], one.id, choice, self.clock(), reason=reason, refs=one.refs, draft=draft
        )
        assert came is Came.DONE, (who, rule, came)

    def sends(self, who: str, rule: str, draft: Draft) -> None:
        """Send the draft that waits for somebody, in their words."""
        one = self._waiting(who, rule)
        came = self.line.decisions.send(SIGNED_IN[who], one.id, draft, one.refs, self.clock())
        assert came is Came.DONE, (who, rule, came)

    def tells(self, who: str, **told: Any) -> None:
        """Have the chair say on the day's page who is there and how it goes."""
        now = self.clock()
        (one,) = self.line.room.conferences(SIGNED_IN[who], now)
        assert self.line.room.tell(SIGNED_IN[who], one.id, Told(**told), now)

    def _waiting(self, who: str, rule: str) -> Any:
        found = self.line.decisions.waiting_for(SIGNED_IN[who], self.clock())
        assert rule in {one.rule.name for one in found}, (
            who,
            rule,
            [one.rule.name for one in found],
        )
        return next(one for one in found if one.rule.name == rule)

    def sent(self) -> Iterator[Sent]:
        """Yield everything that was sent, by mail and into calendars, in order of time."""
        yield from sorted(
            [*self.email.sent, *self.calendar.sent],
            key=lambda one: (one.at, one.to, one.channel, one.message.subject),
        )
