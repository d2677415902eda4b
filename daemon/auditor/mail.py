"""The auditor's own mail: an adapter made for it alone, a connection of its own, and no outbox before it."""

from collections.abc import Callable
from html import escape
from typing import Any

from daemon.domain.errors import Refusal, WireError
from daemon.domain.message import Lane, Level, Message
from daemon.domain.person import Person
from daemon.examined import Examinable, Grade
from daemon.plugins import load, way
from daemon.ports import Clock
from daemon.settings.channels import Adapter
from daemon.settings.whole import Settings
from daemon.telemetry import places

WHERE, WORD = "audit.mail", "email"


class OwnMail:
    """Sends what the auditor says. The adapter is made anew for each use: a mended setting counts at once."""

    def __init__(self, settings: Settings, adapter: Adapter, clock: Clock) -> None:
        self.settings, self.adapter, self.clock = settings, adapter, clock

    def try_out(self) -> str:
        """Return why no mail could go now, in plain words; empty where it could. Nothing is sent."""
        return self._used(_first_fault)

    def send(
        self, to: str, id_: str, subject: str, text: str, html: str, *, is_urgent: bool
    ) -> str:
        """Return why a mail was not handed over; empty where it was. Where no answer came, it counts as not."""
        lane = Lane.URGENT if is_urgent else Lane.ROUTINE
        message = Message(id_, WORD, subject, text, html, lane, Level.L0, self.clock())
        person = Person(to, {WORD: to})

        def send(channel: Any) -> str:
            channel.send(message, person, id_)
            return ""

        return self._used(send)

    def _used(self, use: Callable[[Any], str]) -> str:
        """Return what a use of the adapter comes to; whatever goes wrong is told, by its kind alone."""
        try:
            channel = load(
                self.adapter.adapter, way(self.adapter.adapter, WORD), self.adapter.options,
                base=self.settings.folder, clock=self.clock, where=WHERE,
            )  # fmt: skip
        except Refusal as refusal:
            return str(refusal.problems[0])
        try:
            return use(channel)
        except WireError as error:
            return error.reason
        except Exception as error:  # noqa: BLE001 - who says that something is wrong must not fall silent over it
            return f"a fault of ours: {places(error)}"
        finally:
            if hasattr(channel, "close"):
                channel.close()


def _first_fault(channel: Any) -> str:
    found = channel.examine() if isinstance(channel, Examinable) else ()
    return next((str(one) for one in found if one.grade is Grade.FAIL), "")


def paragraphs(lines: list[str]) -> str:
    """Return lines as a plain page for mail programs."""
    style = "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:24px;color:#14191c;margin:0 0 12px 0;"
    said = "".join(f'<p style="{style}">{escape(line)}</p>' for line in lines if line)
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Daykeeper</title></head>'
        f'<body style="margin:0;padding:24px;background-color:#ffffff;">{said}</body></html>'
    )
