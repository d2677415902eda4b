"""Stories with a calendar, under the small rulebook with the shipped invitations."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from daemon.domain.rules import Rulebook
from daemon.rulebook import load_texts, shipped, sources
from daemon.testing.fakes import FakeChannel
from daemon.testing.world import at
from tests.scenario.conftest import ENQUIRY, Story
from tests.small import SMALL

POLICE = {"id": "I-1", "agency": "police", "role": "police_officer", "person": "cp@police.example"}
NURSE = {"id": "I-2", "agency": "health", "role": "health_visitor", "person": "hv@health.example"}
HEAD = {"id": "I-4", "agency": "education", "role": "teacher", "person": "head@school.example"}
MOTHER = {"id": "I-3", "is_family": True, "role": "parents_carers", "contact": "task_only"}
INVITED = {"accepted": frozenset({"police.example", "health.example"})}


@cache
def rulebook() -> Rulebook:
    """Return the small rulebook with the shipped invitations of its pack, and their words."""
    texts, pack = dict(sources(SMALL)), "stoke-on-trent"
    texts[f"{pack}/pack.yaml"] += "\nletters: conference_coordinator\n"
    for name in ("icpc-invitation", "review-invitation"):
        text = Path(shipped(), pack, "invitations", f"{name}.yaml").read_text("utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("clauses")]
        texts[f"{pack}/invitations/{name}.yaml"] = "\n".join([*lines, "clauses: []", ""])
    for file in Path(shipped(), pack, "messages").glob("*invitation-*.yaml"):
        texts[f"{pack}/messages/{file.name}"] = file.read_text("utf-8")
    rules = ("who-comes", "conference-outcome", "invitee-without-address")
    words = (
        *("who-comes", "outcome-missing", "invitee-without-address"),
        *("invitation-chair", "invitation-minutes"),
    )
    for part in (*(f"rules/{name}" for name in rules), *(f"messages/{name}" for name in words)):
        base = f"statutory-england/{part}.yaml"
        texts[base] = Path(shipped(), base).read_text("utf-8")
    book, problems = load_texts(texts)
    assert book is not None, problems
    return book


def icpc(*invitees: Any, **more: Any) -> dict[str, Any]:
    body = {
        "id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2026-03-20T10:00",
        "ends_at": "2026-03-20T12:00", "venue": "Civic Centre", "mode": "hybrid",
    }  # fmt: skip
    return {**body, "invitees": list(invitees), **more}


class Invited(Story):
    """A story under the shipped rules, with a calendar."""

    def __init__(self, folder: Path, start: str, **more: Any) -> None:
        super().__init__(folder, start, policies=SMALL, **INVITED, **more)
        self.house.deciding = replace(self.deciding, rulebook=rulebook())
        self.calendar = FakeChannel("calendar", self.clock)
        self.house.channels = {"email": self.email, "calendar": self.calendar}

    def books(self, *meetings: Any, ref: str = "SC-1", **more: Any) -> None:
        """Show a case with these meetings whose invite list is in."""
        more = {"family": "F-1", **more}
        with self.case(ref, meetings=list(meetings), **more) as body:
            body["facts"] = {**ENQUIRY, "invite_list_received": "2026-03-05", **body["facts"]}
        self.turn()

    def leaps(self, text: str) -> None:
        """Set the clock, and turn once."""
        self.clock.now = at(text)
        self.turn()

    def entries(self) -> list[tuple[str, str, int]]:
        """Return what went into calendars: to whom, what, which revision."""
        return [
            (one.to.partition("@")[0], self.kind(one), one.message.event.revision)
            for one in self.calendar.sent
            if one.message.event
        ]

    def kind(self, sent: Any) -> str:
        with self.store.read() as tx:
            return str(tx.notices.of_message(sent.message.id)[0].kind)

    def uids(self) -> set[str]:
        return {one.message.event.uid for one in self.calendar.sent if one.message.event}

    def mails(self, rung: str) -> list[Any]:
        """Return what was sent by e-mail about entries, of one kind."""
        with self.store.read() as tx:
            return [
                one
                for one in self.email.sent
                for notice in tx.notices.of_message(one.message.id)[:1]
                if notice.key.obligation.startswith("invitation/") and notice.key.rung == rung
            ]


def one_line(text: str) -> str:
    """Return a text without its line breaks."""
    return " ".join(text.split())
