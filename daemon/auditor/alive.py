"""The daily mail that says that all is alive: figures of the last days, plain words, and no case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape

from daemon.decide.due.office import Calendar
from daemon.domain.times import DAY, day_of, london, say, say_day
from daemon.engine.sending.pause import paused
from daemon.engine.standing.audit import Balance
from daemon.store import FeedState, Store

FEW = 120  # minutes: below it an age is told in minutes, below two days in hours
FONT = "font-family:Arial,Helvetica,sans-serif;"
INK = f"{FONT}color:#14191c;margin:0 0 12px 0;"
WRONG = f"{FONT}font-size:16px;line-height:24px;color:#8a1c0c;margin:0 0 16px 0;padding:0 0 0 22px;"
FOOT = f"{FONT}font-size:14px;line-height:21px;color:#47525a;margin:16px 0 0 0;"
CELL = (
    f"{FONT}font-size:16px;line-height:24px;font-weight:normal;text-align:left;vertical-align:top;"
    "padding:6px 16px 6px 0;border-bottom:1px solid #c5ccd1;"
)


@dataclass(frozen=True, slots=True)
class Report:
    """What one mail says. `wrong` stands first; `figures` are pairs of a name and what it is."""

    title: str
    wrong: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]

    @property
    def subject(self) -> str:
        """What a person sees in the list of their mails."""
        return f"{self.title}: {'Daykeeper needs you' if self.wrong else 'Daykeeper is alive'}"

    @property
    def lead(self) -> str:
        """The sentence under it."""
        return "This is not as it should be:" if self.wrong else "All balances."

    @property
    def foot(self) -> str:
        """What the reader should know of the mail itself."""
        return (
            "You get this mail each working day. If it stays away, Daykeeper or the machine it runs on "
            "has stopped: call whoever looks after it."
        )

    def text(self) -> str:
        """Return it as plain text."""
        width = max(len(name) for name, _ in self.figures) + 2
        rows = [f"{f'{name}:':<{width}}{what}" for name, what in self.figures]
        return "\n".join(
            [self.lead, *(f"- {one}" for one in self.wrong), "", *rows, "", self.foot, ""]
        )

    def html(self) -> str:
        """Return it as a page for mail programs: one table, styles in the tags."""
        rows = "".join(
            f'<tr><th scope="row" style="{CELL}color:#47525a;">{escape(name)}</th>'
            f'<td style="{CELL}color:#14191c;">{escape(what)}</td></tr>'
            for name, what in self.figures
        )
        wrong = "".join(f'<li style="margin:0 0 6px 0;">{escape(one)}</li>' for one in self.wrong)
        title = escape(self.subject)
        return (
            f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head>'
            '<body style="margin:0;padding:24px;background-color:#ffffff;"><div style="max-width:640px;">'
            f'<h1 style="{INK}font-size:22px;line-height:28px;">{title}</h1>'
            f'<p style="{INK}font-size:16px;line-height:24px;">{escape(self.lead)}</p>'
            f"{f'<ul style={WRONG!r}>{wrong}</ul>' if wrong else ''}"
            f'<table cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;">{rows}</table>'
            f'<p style="{FOOT}">{escape(self.foot)}</p></div></body></html>'
        )


def reported(today: date, calendar: Calendar) -> tuple[date, date]:
    """Return the first and last day that the mail of a day reports: all since the last working day began."""
    first = today - DAY
    while not calendar.is_office_day(first):
        first -= DAY
    return first, today - DAY


def report(
    store: Store,
    title: str,
    balance: Balance,
    wrong: Sequence[str],
    calendar: Calendar,
    feeds: Sequence[str],
) -> Report:
    """Return what the mail of this day says: counts alone, of nobody's case."""
    now = balance.at
    first, last = reported(day_of(now), calendar)
    with store.read() as tx:
        day = tx.ledger.between(london(first), london(last + DAY))
        refused, summary, pause = tx.ledger.refused(), tx.summary(now), paused(tx)
    held = summary.obligations["held"] + summary.notices.get("held", 0)
    found = f"{len(balance.missed)} missed, {len(balance.unexplained)} unexplained"
    days = say_day(first) if first == last else f"{say_day(first)} to {say_day(last)}"
    figures = [
        ("For", days),
        ("Fell due", f"{day.due:,}"),
        ("Told", f"{day.told:,} messages handed over"),
        ("Met", f"{day.met:,}"),
        ("Overdue now", f"{summary.obligations['overdue']:,} of {summary.obligations['open']:,} open"),
        ("Held now", f"{held}"),
        ("Refused, and still open", f"{refused}"),
        *((f"Feed {name}", _age(summary.feeds.get(name), now)) for name in feeds),
        ("Audit", f"{balance.expected:,} steps of {balance.cases:,} cases recounted; {found}"),
        ("Journal", "{}:{}".format(*summary.journal_head)),
    ]  # fmt: skip
    said = [
        f"The feed {name} cannot be read."
        for name in feeds
        if not _is_read(summary.feeds.get(name))
    ]
    said += [f"{pause.in_short().capitalize()}."] if pause else []
    return Report(title, (*wrong, *said), tuple(figures))


def _is_read(state: FeedState | None) -> bool:
    return state is not None and state.ok


def _age(state: FeedState | None, now: datetime) -> str:
    """Return how old a feed's data is, in words."""
    if state is None or state.as_known_at is None:
        return "never read"
    minutes = int((now - state.as_known_at) / timedelta(minutes=1))
    days = 2 * 24 * 60
    old = f"{minutes} minutes" if minutes < FEW else f"{minutes // 60} hours"
    old = old if minutes < days else f"{minutes // 60 // 24} days"
    last = f"data {old} old" if minutes > 0 else "data of this minute"
    return last if state.ok else f"CANNOT BE READ; {last}, from {say(state.as_known_at)}"
