"""The tables of the settings that an authority's own folder says instead, where there is one."""

from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from daemon.settings.table import Table
from daemon.settings.written import escalations, hours, mail_domain

Hours = Annotated[tuple[time, time], BeforeValidator(hours)]
Domain = Annotated[str, AfterValidator(mail_domain)]


class Domains(Table):
    """Whose mail may carry a case reference."""

    internal: tuple[Domain, ...] = ()
    """The authority's own mail domains: their mail says the reference, the team and the number of children."""
    accepted: tuple[Domain, ...] = ()
    """Partners' domains: their mail says the reference, and what is due when."""
    unknown: Literal["L0", "nothing"] = "L0"
    """What every other domain gets: "you have an item" with a link, or nothing at all."""


class Week(Table):
    """When people may be told; a weekday that is missing is closed. What is urgent does not wait."""

    monday: Hours | None = None
    """The hours of a Monday."""
    tuesday: Hours | None = None
    """The hours of a Tuesday."""
    wednesday: Hours | None = None
    """The hours of a Wednesday."""
    thursday: Hours | None = None
    """The hours of a Thursday."""
    friday: Hours | None = None
    """The hours of a Friday; the last minute is within them."""
    saturday: Hours | None = None
    """The hours of a Saturday. A deadline never moves to one."""
    sunday: Hours | None = None
    """The hours of a Sunday. A deadline never moves to one."""


class Brake(Table):
    """More escalations than these are held until an operator releases them: a broken feed accuses nobody."""

    one_pass: Annotated[int | None, BeforeValidator(escalations)] = 200
    """How many may fall due at once."""
    one_person: Annotated[int | None, BeforeValidator(escalations)] = 30
    """How many one person may be told in a day, beside those whose own duty it is."""
