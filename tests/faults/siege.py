"""A door that is besieged while due moments pass (F28): mute connections, a scanner of links, requests of anything."""

import os
import re
import socket
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.client import HTTPConnection, HTTPException
from itertools import chain, count, islice
from pathlib import Path
from threading import get_native_id

from sqlalchemy import create_engine, text

from tests.doors.posting.stage import SECRET, Signer
from tests.faults.generated import ask
from tests.faults.moments import lateness_s, share
from tests.faults.plans import SQLITE, Figure, Plan, Result
from tests.faults.stage import Stage

SLOW = 100  # connections that say nothing more
OPENED, OPENED_SHORT = 10_000, 50  # links, each by GET and by HEAD (RELIABILITY 5.3, F28)
ASKED = 5_000  # requests of anything; none in the short form, where tests/doors asks some
SCANNERS = 2
LATENESS_S, LATER_S = 15.0, 1.0
ANSWER_S = 30.0
NO_ANSWER, LAST = 599, 19
AGENT = "Mozilla/5.0 (compatible; BingPreview/2.0)"
HEADERS = b"GET /health/live HTTP/1.1\r\nHost: testshire\r\nX-Slow: "
LINK = re.compile(r"https?://127\.0\.0\.1:\d+(/item/[\w-]+)")
CHANGED = (  # what an answer through a link leaves behind, whatever it was
    "SELECT COUNT(*) FROM links WHERE used_at IS NOT NULL",
    "SELECT COUNT(*) FROM promises",
    "SELECT COUNT(*) FROM waivers",
)
SECRET_FILE = "records.secret"
POSTED = f"""
[feeds.posted]
adapter = "posted_records"
role = "case_system"
fresh_within = "26 hours"
read_every = "15 minutes"
options.secret_file = "{SECRET_FILE}"
"""


class Besieged(Stage):
    """A stage whose service takes records at its door, too."""

    def _show_cases(self) -> None:
        file = self.authority.folder / SECRET_FILE
        file.write_text(f"{SECRET}\n", "ascii")
        file.chmod(0o600)
        with self.authority.config.open("a", encoding="utf-8") as config:
            config.write(POSTED)
        super()._show_cases()

    def links(self) -> list[str]:
        """Return every link of ours in the mails that have come so far, once each."""
        found: dict[str, None] = {}
        for line in self.mail.received():
            content = (self.mail.folder / line["file"]).read_bytes()
            mail = message_from_bytes(content, EmailMessage, policy=default)
            part = mail.get_body(("plain",))
            found |= dict.fromkeys(LINK.findall(part.get_content() if part else ""))
        return list(found)

    def signer(self) -> Signer:
        """Return who signs requests by the service's clock."""
        return Signer(lambda: datetime.now(UTC) + self.offset)

    def changes(self) -> int:
        """Return how many answers the service has noted; nobody has given one."""
        engine = create_engine(self.seen.url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.connect() as connection:
            many = [connection.execute(text(sql)).scalar_one() for sql in CHANGED]
        engine.dispose()
        return sum(many)

    def late_s(self) -> float:
        """Return how late the latest but one in a hundred was of what fell due."""
        missed = {one: at for one, at in self.authority.expected().items() if one.rung == "missed"}
        return share(lateness_s(self.mails(), missed, self.offset, self.ups_at()), 0.99)


def besieged(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Hold connections open without an end, open links and ask for anything, while due moments pass."""
    families = 8 if is_short else 250
    alone_s = 0.0 if is_short else _alone_s(folder / "alone", seed, backend, families)
    with ExitStack() as stack:
        stage = stack.enter_context(
            Besieged(folder / "besieged", seed, backend, families=families, is_reminded=True)
        )
        daemon = stack.enter_context(stage.daemon("--door"))
        port = daemon.wait_for("door.opened")["port"]
        hold(stack, port)
        stage.note("connections that say no more", many=SLOW)
        links = stage.links()
        if not links:
            stage.wrong.append("no mail has a link to open")
        with ThreadPoolExecutor(1, initializer=give_way) as asker:
            asking = asker.submit(ask, port, stage.signer(), 0 if is_short else ASKED, seed)
            codes = scan(port, links, OPENED_SHORT if is_short else OPENED)
        asked = asking.result()
        stage.note("links opened", many=len(codes) // 2, of_ours=len(links), asked=asked.total())
        stage.finish(daemon)
        late_s = stage.late_s()
        stage.wrong += _too_few(codes, asked, is_short)
        return stage.result(
            Figure("links opened", len(codes) // 2),
            Figure("asked for anything", asked.total()),
            Figure("of that taken", asked[200]),
            Figure("answers of 5xx, or none", sum(code >= 500 for code in chain(codes, asked.elements())), 0),
            Figure("changes by GET and HEAD", stage.changes(), 0),
            Figure("lateness p99, s", late_s, LATENESS_S),
            Figure("later than alone, s", late_s - alone_s, None if is_short else LATER_S),
            verdict=stage.judge(mails=stage.of_staff()),
        )  # fmt: skip


def _alone_s(folder: Path, seed: int, backend: str, families: int) -> float:
    """Return how late it is where nobody stands at its door."""
    with Besieged(folder, seed, backend, families=families, is_reminded=True) as stage:
        with stage.daemon("--door") as daemon:
            stage.finish(daemon)
        return stage.late_s()


def _too_few(codes: Sequence[int], asked: Counter[int], is_short: bool) -> list[str]:
    """Return what was left undone: a siege that did not come about shows nothing."""
    if is_short:
        return [] if len(codes) >= 2 * OPENED_SHORT else ["too few links were opened"]
    found = ["too few links were opened"] if len(codes) < 2 * OPENED else []
    found += ["too few requests were made"] if asked.total() < ASKED else []
    return found + ([] if asked[200] else ["no request was taken"])


def hold(stack: ExitStack, port: int) -> None:
    """Open connections that say no more, until the stack closes them; some may be cut off at once."""
    for _ in range(SLOW):
        one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S))
        with suppress(ConnectionError):
            one.sendall(HEADERS)


def scan(port: int, links: Sequence[str], many: int) -> list[int]:
    """Return the code of each answer to GET and HEAD of so many links: ours first, then such as nobody was sent."""
    made_up = (f"/item/{number:032x}" for number in count())
    with ThreadPoolExecutor(SCANNERS, initializer=give_way) as scanners:
        asked = [
            (how, link) for link in islice(chain(links, made_up), many) for how in ("GET", "HEAD")
        ]
        return list(scanners.map(lambda one: code_of(port, *one), asked))


def give_way() -> None:
    """Let this thread of ours have the processor last: what it costs to ask is not the service's."""
    os.setpriority(os.PRIO_PROCESS, get_native_id(), LAST)


def code_of(port: int, how: str, path: str) -> int:
    """Return the code of an answer; 599 where none comes."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)) as connection:
        try:
            connection.request(how, path, headers={"User-Agent": AGENT})
            answer = connection.getresponse()
            answer.read()
        except (HTTPException, OSError):
            return NO_ANSWER
        return answer.status


PLANS = [
    Plan(
        "F28",
        "its door is besieged while due moments pass",
        besieged,
        short_on=(SQLITE,),
        is_random=False,
    ),
]
