"""The tables of the settings for what is read: feeds, the directory of people, mailboxes, and who posts letters."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from daemon.settings.channels import Adapter
from daemon.settings.table import Duration, Word
from daemon.settings.written import feed_name

FeedName = Annotated[str, AfterValidator(feed_name)]


class Feed(Adapter):
    """A source of case records. Its name is yours to choose; `status`, mails and the log use it."""

    role: Word
    """The job that it does, one of the feed roles of the rules; a rule names in `relies_on` which jobs it needs."""
    also: tuple[Word, ...] = ()
    """Further jobs that it does, where one workbook or system is all there is; the stricter `fresh_within` counts."""
    fresh_within: Duration | None = None
    """How old its data may be: older, and nobody is accused on its word."""
    read_every: Duration = timedelta(minutes=5)
    """How often it is read."""
    most_gone: int = Field(default=30, gt=0, le=100)
    """Of a hundred rows: a reading from which so many have gone (and ten at least), or all, is taken for a fault."""
    at_least: int | None = Field(default=None, ge=0)
    """A reading with so many rows is taken whatever has gone from it."""
    at_least_of: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """The same for one of its tables, sheets or lists, by name: 0 where one has rightly been emptied."""

    @property
    def jobs(self) -> tuple[str, ...]:
        """Every job that it does, its own first."""
        return (self.role, *self.also)


class People(Adapter):
    """The directory of staff and partners: who holds which role, and how they are reached."""

    read_every: Duration = timedelta(minutes=5)
    """How often it is read."""
    at_least: int | None = Field(default=None, gt=0)
    """A reading from which more than half have gone is taken for a fault, unless it still shows so many people."""


class Letters(Adapter):
    """Who prints and posts the letters that a person has written to a family."""


class Inbox(Adapter):
    """A mailbox in which answers to invitations and bounces come back. Its name is yours to choose."""

    read_every: Duration = timedelta(minutes=1)
    """How often it is read."""
