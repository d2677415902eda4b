"""The demo's own pages: the board of cases, each case's timeline, and the mail that people really got."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from daemon.decide.telling.wording import say_list
from daemon.demo.mailbox import Letter, Mailbox
from daemon.demo.outside import Dated, Entry
from daemon.demo.progress import Progress
from daemon.demo.world import TITLE
from daemon.domain.times import MONTHS, WEEKDAYS, day_of, say
from daemon.engine.house import House
from daemon.ports import Clock
from daemon.store import Store, Tx
from daemon.web.console.casefile import case_file, standing
from daemon.web.look import Look

__all__ = ["Progress", "routes"]
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
LINE_PX, FRAME_PX = 30, 280  # what a line of plain text, and all around it, comes to as a page


def routes(
    store: Store,
    house: House,
    clock: Clock,
    progress: Callable[[], Progress],
    folder: Path,
    feed: Callable[[], Sequence[Entry]] = tuple,
    calendars: Callable[[], Sequence[Dated]] = tuple,
) -> list[Route]:
    """Return the demo's pages.

    `folder` is where the mail that arrived is kept; `feed` and `calendars` tell what stands there.
    """
    look = Look.of(f"{TITLE} (demo)", ["daemon.demo"], "; frame-src 'self'")
    cases = CasePages(look, store, house, clock, progress)
    mail = MailPages(look, store, house, Mailbox(folder), feed, calendars)
    return [
        Route("/", cases.show_board),
        Route("/mail", mail.show_mailboxes),
        Route("/mail/{message_id}", mail.show_mail),
        Route("/mail/{message_id}/html", mail.show_body),
        Route("/cases/{ref:path}", cases.show_case),
    ]


@dataclass(frozen=True, slots=True)
class CasePages:
    """The board of cases, and each of them."""

    look: Look
    store: Store
    house: House
    clock: Clock
    progress: Callable[[], Progress]

    def show_board(self, request: Request) -> Response:
        """A page that reloads by itself is no good to everybody: it does so only where it is asked to."""
        follows = "follow" in request.query_params
        now, seen = self.clock(), self.progress()
        with self.store.read() as tx:
            lines = board(tx, self.house, now)
        return self.look.page(
            "board.html.j2", at="board", now=say(now), progress=seen, lines=lines, follows=follows
        )

    def show_case(self, request: Request) -> Response:
        """Answer with one case's timeline; 404 where no feed has shown it."""
        now = self.clock()
        with self.store.read() as tx:
            found = case_file(tx, self.house, request.path_params["ref"], now)
        if found is None:
            raise HTTPException(404)
        return self.look.page("case.html.j2", at="", case=found, now=say(now))


@dataclass(frozen=True, slots=True)
class MailPages:
    """What people really got: every mailbox, and each mail as its reader sees it."""

    look: Look
    store: Store
    house: House
    mailbox: Mailbox
    feed: Callable[[], Sequence[Entry]]
    calendars: Callable[[], Sequence[Dated]]

    def show_mailboxes(self, _: Request) -> Response:
        """Answer with everybody's mail, and what stands in feeds and calendars."""
        with self.store.read() as tx:
            people = tx.people.all()
        roles = {
            address: say_list(sorted(map(self.house.deciding.words.role, one.roles)))
            for one in people
            for address in one.addresses.values()
        }
        return self.look.page(
            "mailboxes.html.j2",
            at="mail",
            boxes=self.mailbox.by_person(),
            roles=roles,
            say=say,
            feed=self.feed(),
            entries=self.calendars(),
        )

    def show_mail(self, request: Request) -> Response:
        """Answer with one mail, and the notices that it carried."""
        letter = self._letter(request)
        with self.store.read() as tx:
            notices = tx.notices.of_message(letter.mail.id)
        height = FRAME_PX + LINE_PX * len(letter.text.splitlines())
        return self.look.page(
            "mail.html.j2", at="mail", letter=letter, notices=notices, height=height, say=say,
            role=self.house.deciding.words.role,
        )  # fmt: skip

    def show_body(self, request: Request) -> Response:
        """Answer with a mail's own HTML, which may do nothing but be looked at."""
        html = self._letter(request).html.replace("<head>", '<head><base target="_blank">', 1)
        return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})

    def _letter(self, request: Request) -> Letter:
        found = self.mailbox.letter(request.path_params["message_id"])
        if found is None:
            raise HTTPException(404)
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """One case on the board: what is overdue, was late and comes next, by its title, and how many were in time.

    `coming` are the open duties with their due days, the soonest first.
    """

    ref: str
    family: str
    overdue: tuple[tuple[str, str], ...]
    late: tuple[str, ...]
    coming: tuple[tuple[str, str], ...]
    in_time: int


def board(tx: Tx, house: House, now: datetime) -> list[Line]:
    """Return a line for each case, by family."""
    refs = list(tx.cases.refs())
    tracks = tx.obligations.of(refs)
    packs = house.deciding.rulebook.packs.values()
    titles = {rule.name: rule.title for pack in packs for rule in pack.rules}
    lines = []
    for ref in refs:
        case = tx.cases.get(ref)
        own: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for track in sorted(tracks.get(ref, []), key=lambda one: (one.due_at or now, one.id)):
            tone = standing(track.state, track.due_at, track.late, now).tone
            own[tone].append((titles.get(track.rule, track.rule), _due(track.due_at)))
        late = tuple(title for title, _ in own["late"])
        family = (case.family if case else None) or ""
        lines.append(
            Line(ref, family, tuple(own["overdue"]), late, tuple(own["open"]), len(own["met"]))
        )
    return sorted(lines, key=lambda line: (not line.family, line.family, line.ref))


def _due(at: datetime | None) -> str:
    if at is None:
        return ""
    day = day_of(at)
    return f"due {WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"
