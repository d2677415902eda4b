"""The demo's own pages: the board of cases, each case's timeline, and the mail that people really got."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from daemon.decide.wording import say_list
from daemon.demo.casefile import Standing, case_file, standing
from daemon.demo.mailbox import Letter, Mailbox
from daemon.demo.progress import Progress
from daemon.demo.world import TITLE
from daemon.domain.times import MONTHS, WEEKDAYS, day_of, say
from daemon.domain.track import Track
from daemon.engine.house import House
from daemon.ports import Clock
from daemon.store import Store, Tx
from daemon.web.look import Look

__all__ = ["Progress", "routes"]
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
LINE_PX, FRAME_PX = 30, 280  # what a line of plain text, and all around it, comes to as a page


def routes(
    store: Store, house: House, clock: Clock, progress: Callable[[], Progress], folder: Path
) -> list[Route]:
    """Return the demo's pages; `folder` is where the mail server keeps what it receives."""
    look = Look.of(f"{TITLE} (demo)", ["daemon.demo"], "; frame-src 'self'")
    mailbox = Mailbox(folder)

    def show_board(_: Request) -> Response:
        now, seen = clock(), progress()
        with store.read() as tx:
            columns, rows = board(tx, house, now)
        return look.page(
            "board.html.j2", at="board", now=say(now), progress=seen, columns=columns, rows=rows
        )

    def show_case(request: Request) -> Response:
        now = clock()
        with store.read() as tx:
            found = case_file(tx, house, request.path_params["ref"], now)
        if found is None:
            raise HTTPException(404)
        return look.page("case.html.j2", at="", case=found, now=say(now))

    def show_mailboxes(_: Request) -> Response:
        with store.read() as tx:
            people = tx.people.all()
        roles = {
            address: say_list(sorted(map(house.deciding.words.role, one.roles)))
            for one in people
            for address in one.addresses.values()
        }
        return look.page(
            "mailboxes.html.j2", at="mail", boxes=mailbox.by_person(), roles=roles, say=say
        )

    def letter_of(request: Request) -> Letter:
        found = mailbox.letter(request.path_params["message_id"])
        if found is None:
            raise HTTPException(404)
        return found

    def show_mail(request: Request) -> Response:
        letter = letter_of(request)
        with store.read() as tx:
            notices = tx.notices.of_message(letter.mail.id)
        height = FRAME_PX + LINE_PX * len(letter.text.splitlines())
        return look.page(
            "mail.html.j2", at="mail", letter=letter, notices=notices, height=height, say=say,
            role=house.deciding.words.role,
        )  # fmt: skip

    def show_body(request: Request) -> Response:
        html = letter_of(request).html.replace("<head>", '<head><base target="_blank">', 1)
        return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})

    return [
        Route("/", show_board),
        Route("/mail", show_mailboxes),
        Route("/mail/{message_id}", show_mail),
        Route("/mail/{message_id}/html", show_body),
        Route("/cases/{ref:path}", show_case),
    ]


Cell = list[tuple[Standing, str]]


def board(
    tx: Tx, house: House, now: datetime
) -> tuple[list[str], list[tuple[str, str, list[Cell]]]]:
    """Return the titles of the duties, and each case with its family and how each of its duties stands."""
    refs = list(tx.cases.refs())
    tracks = tx.obligations.of(refs)
    every = [track for own in tracks.values() for track in own]
    rules = dict.fromkeys(one.rule for one in sorted(every, key=lambda one: one.due_at or now))
    packs = house.deciding.rulebook.packs.values()
    names = {rule.name: rule.title for pack in packs for rule in pack.rules}
    titles = {rule: names[rule] for rule in rules if rule in names}
    rows = []
    for ref in refs:
        own = tracks.get(ref, [])
        case = tx.cases.get(ref)
        cells = [[_cell(one, now) for one in own if one.rule == rule] for rule in titles]
        rows.append((ref, (case.family if case else None) or "", cells))
    return list(titles.values()), sorted(rows, key=lambda row: (not row[1], row[1], row[0]))


def _cell(track: Track, now: datetime) -> tuple[Standing, str]:
    if track.due_at is None:
        return standing(track.state, None, track.late, now), ""
    day = day_of(track.due_at)
    due = f"due {WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"
    return standing(track.state, track.due_at, track.late, now), due
