"""One thing that is different, in words: by the name of what differs, and how it stood before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time, timedelta
from enum import Enum

from daemon.decide.telling.wording import say_list
from daemon.domain.brake import Limits
from daemon.domain.times import say_day
from daemon.rulebook.wording.saying import say_role

NONE = {"effective_from": "at once", "enforce_from": "the day of the first start"}
ROLES = frozenset(
    {"responsible", "offer_to", "letter_for", "fallback", "of", "manager", "letters", "to"}
)
OTHERWISE = "{what} is {now} instead of {before}"
Flags = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. `about` is a rung, rule, message, list, pack, or the authority."""

    about: str
    what: str
    sentence: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.about}: {self.sentence}"


def contrast(
    about: str,
    name: str,
    before: object,
    now: object,
    words: Mapping[str, str],
    flags: Flags | None = None,
) -> Iterator[Difference]:
    """Yield how one field of two things differs, if it does.

    `words` have its sentence, with `{now}` and `{before}`; `flags`, of what holds or does not, one for each.
    """
    old, new = getattr(before, name), getattr(now, name)
    was, is_ = say_value(name, old), say_value(name, new)
    if was == is_:
        return
    if flags and name in flags:
        yield Difference(about, name, flags[name][0 if new else 1])
        return
    template = words.get(name, OTHERWISE)
    yield Difference(about, name, template.format(what=name.replace("_", " "), now=is_, before=was))


def contrast_text(
    about: str, name: str, called: str, before: str, now: str
) -> Iterator[Difference]:
    """Yield how a text that people read differs, if it does; either may be empty."""
    if before == now:
        return
    if not before:
        said = f'{called} reads "{now}", and there was none'
    elif not now:
        said = f'{called} is left out; it read "{before}"'
    else:
        said = f'{called} reads "{now}" instead of "{before}"'
    yield Difference(about, name, said)


def say_value(name: str, value: object) -> str:
    """Return a value in words; roles, by the names of the fields that hold some, as people call them."""
    if value is None or value in ("", (), frozenset()) or value == {}:
        return NONE.get(name, "nobody" if name in ROLES else "nothing")
    if name.endswith("working_days"):
        return f"{value} working day{'' if value == 1 else 's'}"
    if isinstance(value, Mapping):
        return say_list([f"{key}: {say_value('', one)}" for key, one in value.items()])
    if isinstance(value, tuple | list | frozenset | set):
        said = [f"the {say_role(one)}" if name in ROLES else say_value("", one) for one in value]
        return say_list(said if isinstance(value, tuple | list) else sorted(said))
    if name in ROLES:
        return f"the {say_role(str(value))}"
    if isinstance(value, Limits):
        return str(value)
    if is_dataclass(value) and not hasattr(value, "text"):
        told = [f"{each.name} {say_value('', getattr(value, each.name))}" for each in fields(value)]
        return say_list([one for one in told if not one.endswith(" nothing")])
    return _say_one(name, value)


def _say_one(name: str, value: object) -> str:
    if hasattr(value, "text"):
        return str(value.text)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes} minutes" if minutes % 60 else f"{minutes // 60} hours"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return f"from {say_day(value)}" if name == "effective_from" else say_day(value)
    if isinstance(value, Enum):
        return str(value.value).replace("_", " ")
    return "" if callable(value) else str(value)
