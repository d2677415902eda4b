"""Rungs in plain words: who is told, and when."""

import re
from collections.abc import Sequence

from daemon.decide.telling.wording import say_list

AT_TIME = re.compile(r", (?P<clock>\d\d:\d\d)$")
OF_THE_DAY = re.compile(r"day of due, (?P<clock>\d\d:\d\d)")
NEAR_DUE = re.compile(
    r"(?P<count>\d+) (?P<unit>minutes?|elapsed hours?) (?P<side>before|after) due"
)
DAY_MIN = 24 * 60


def say_role(role: str) -> str:
    """Return a role as people call it: "safeguarding service manager"."""
    return role.replace("_", " ")


def is_told(roles: Sequence[str]) -> str:
    """Return who is told, as the beginning of a sentence: "the social worker and the chair are"."""
    return f"{say_list([f'the {say_role(role)}' for role in roles])} {'is' if len(roles) == 1 else 'are'}"


def say_moments(*moments: tuple[str, str | None]) -> list[str]:
    """Return rungs' times in words, each given as it is written and with the time of day of its limit.

    Where all of them fall on the day of the limit, the time of day says it: "at 16:30".
    """
    clocks = [_clock(text, close) for text, close in moments]
    if len(moments) > 1 and all(clocks):
        return [f"at {clock}" for clock in clocks]
    return [_say(text) for text, _ in moments]


def _clock(text: str, close: str | None) -> str | None:
    if found := OF_THE_DAY.fullmatch(text):
        return found["clock"]
    if text == "due":
        return close
    found = NEAR_DUE.fullmatch(text)
    if found is None or close is None:
        return None
    shift_min = int(found["count"]) * (1 if found["unit"].startswith("minute") else 60)
    at_min = (
        int(close[:2]) * 60
        + int(close[3:])
        + (shift_min if found["side"] == "after" else -shift_min)
    )
    return f"{at_min // 60:02}:{at_min % 60:02}" if 0 <= at_min < DAY_MIN else None


def _say(text: str) -> str:
    if text == "due":
        return "when it is due"
    said = AT_TIME.sub(r", at \g<clock>", text)
    said = re.sub(r"\bday of due\b", "on the day it is due", said)
    return re.sub(r"\bopening$", "it opens", re.sub(r"(before|after) due\b", r"\1 it is due", said))
