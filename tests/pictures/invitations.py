"""Pictures of invitations as a calendar program shows them: made, moved, called off; from the mails that bring them."""

import argparse
import sys
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from functools import partial
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import icalendar

from daemon.domain.times import say_span
from daemon.telemetry import set_up_logs
from integrations.smtp.calendar import CalendarConfig, SmtpCalendar
from tests.chromium import Page
from tests.pictures.camera import Camera
from tests.scenario.invited import MOTHER, NURSE, POLICE, Invited, icpc

OUT = Path("build/docs/invitations")
NOT_NEEDED = {"at": "2026-03-05T10:00", "value": "not_at_risk"}
LOOKS = {"desk": 720, "phone": 360}  # CSS pixels
METHODS = {
    "REQUEST": "Accept&ensp;·&ensp;Tentative&ensp;·&ensp;Decline",
    "CANCEL": "Remove from calendar",
}
PAGE = """<!DOCTYPE html><html lang="en-GB"><meta charset="utf-8"><title>Invitation</title><style>
body {{ margin: 0; background: #ffffff; color: #242424; font: 15px "Segoe UI", Arial, sans-serif; }}
header {{ padding: 16px 20px; background: #f0f4f9; border-left: 6px solid #0f6cbd; }}
h1 {{ font-size: 20px; margin: 0 0 8px; overflow-wrap: anywhere; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0 0 12px; }}
dt {{ color: #616161; }} dd {{ margin: 0; overflow-wrap: anywhere; }}
p.do {{ margin: 0; color: #0f6cbd; font-weight: 600; }}
</style><body><header><h1>{title}</h1><dl>{rows}</dl><p class="do">{do}</p></header>{body}</body></html>
"""


def main() -> int:
    """Make the pictures."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.pictures.invitations", description=__doc__
    )
    parser.add_argument("--out", type=Path, default=OUT, metavar="FOLDER")
    out = parser.parse_args().out
    with Camera() as camera:
        sys.stdout.write(draw(camera, out))
    return 0


def draw(camera: Camera, out: Path = OUT) -> str:
    """Make the pictures of all invitations; return a line about it."""
    out.mkdir(parents=True, exist_ok=True)
    set_up_logs(level="warning")
    with TemporaryDirectory() as folder:
        made = dict(invitations(Path(folder)))
    for name, mail in made.items():
        camera.take(name, partial(take, name=name, mail=mail, folder=out))
    return f"{len(made)} invitations, {len(made) * len(LOOKS)} pictures: {out}\n"


def take(page: Page, name: str, mail: EmailMessage, folder: Path) -> None:
    """Write the pictures of one invitation."""
    for look, width in LOOKS.items():
        page.show(shown(mail), width=width)
        (folder / f"{name}-{look}.png").write_bytes(page.picture())


def invitations(folder: Path) -> Iterator[tuple[str, EmailMessage]]:
    """Yield what one conference brings a police officer: its mails, as the line and the channel write them."""
    config = CalendarConfig(host="localhost", security="none", sender="conferences@council.example")
    story = Invited(folder, "2026-03-05 11:00")
    channel = SmtpCalendar(config, story.clock)
    listed = (POLICE, NURSE, MOTHER)
    later = {"scheduled_at": "2026-03-24T14:00", "ends_at": "2026-03-24T16:00"}
    happens: dict[str, Callable[[], object]] = {
        "invited": lambda: story.books(icpc(*listed, link="https://meet.example/j/123")),
        "moved": lambda: story.books(icpc(*listed, **later)),
        "called-off": lambda: story.fact("SC-1", icpc_not_required=NOT_NEEDED),
    }
    for name, happen in happens.items():
        happen()
        story.turn()
        sent = next(one for one in reversed(story.calendar.sent) if one.to == POLICE["person"])
        yield name, channel.mail(sent.message, sent.to)
    story.close()


def shown(mail: EmailMessage) -> str:
    """Return the page of an entry: what its iCalendar object says, above the words of the mail."""
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    (event,) = icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")
    said = {
        "When": say_span(event["DTSTART"].dt, event["DTEND"].dt),
        "Where": event.get("LOCATION"),
        "Join": event.get("URL"),
        "Organiser": str(event["ORGANIZER"]).removeprefix("mailto:"),
        "Shown to others as": "Private appointment" if event["CLASS"] == "PRIVATE" else "all of it",
    }
    rows = "".join(
        f"<dt>{name}</dt><dd>{escape(str(one))}</dd>" for name, one in said.items() if one
    )
    html = mail.get_body(("html",))
    do = METHODS[str(part.get_param("method"))]
    return PAGE.format(
        title=escape(str(event["SUMMARY"])),
        rows=rows,
        do=do,
        body=html.get_content() if html else "",
    )


if __name__ == "__main__":
    sys.exit(main())
