"""The tables of the settings that name an adapter: the ways to people and how they are used, and a key vault."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from daemon.settings.table import Table, Word

ChannelWord = Literal["email", "teams", "letter", "text", "calendar"]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*$", max_length=100)]
NextWord = Literal["email", "teams", "text"]
MAIL = "email"
# what these do not take goes by mail, unless the settings say otherwise
BY_MAIL = ("teams", "text")
ALONE = {  # what goes by no other way, and why
    "calendar": "an entry of a calendar goes by no other way, and its sender is told where it is refused",
    "letter": "what is written to a family goes by no other way, and its writer is told where it is refused",
}


class Adapter(Table):
    """An integration and what it must be told; its own model reads the options."""

    adapter: Word
    """The integration that does it; see [adapters](#adapters)."""
    options: Mapping[str, Any] = {}
    """What that adapter must be told, as its README says."""


class Vault(Adapter):
    """A key vault, and into which files which of its secrets are brought by `daykeeper secrets`."""

    folder: Path
    """Where the files lie, best in memory (`/run/daykeeper`)."""
    files: Annotated[Mapping[FileName, Word], Field(min_length=1)]
    """A file's name, and the name of the secret in the vault whose words it holds."""

    def beside(self, base: Path) -> Self:
        """Return the table with its folder looked for in that one."""
        return self.model_copy(update={"folder": base / self.folder})


class Channel(Adapter):
    """A way to reach people, by its word: `email`, `teams`, `letter`, `text` or `calendar`."""

    beside: Adapter | None = None
    """A second adapter, for whomever the first does not reach."""
    failover: tuple[NextWord, ...] | None = None
    """By which ways somebody is told where this one refuses or stays unsure. Left out, Teams and texts go by mail."""


class Delivery(Table):
    """How messages are sent. A lease outlasts a send's deadline, or two workers would send it."""

    send_deadline_s: float = Field(default=20, gt=0, le=300)
    """How long one send may take, from waiting for a connection to the answer."""
    lease_s: float = Field(default=30, gt=0, le=600)
    """For how long a message is one worker's own; another takes it up after that."""
    connections: int = Field(default=4, ge=1, le=64)
    """How many messages are on the wire at once, for each process."""
    retry_first_s: float = Field(default=15, gt=0)
    """How long the first wait is before it is tried again; each wait is twice the last."""
    retry_most_s: float = Field(default=900, gt=0)
    """The longest wait, unless the other side asks for a longer one."""

    @model_validator(mode="after")
    def last(self) -> Self:
        """Refuse figures that contradict one another."""
        if self.lease_s <= self.send_deadline_s:
            raise ValueError("lease_s is not above send_deadline_s; make the lease longer")
        if self.retry_most_s < self.retry_first_s:
            raise ValueError("retry_most_s is below retry_first_s; make it the larger of the two")
        return self


def adapters(channels: Mapping[Any, Channel]) -> Iterator[tuple[str, str, Adapter]]:
    """Yield the word, the place in the settings and the table of each adapter, each word's first before its second."""
    for word, channel in channels.items():
        yield str(word), f"channels.{word}", channel
        if channel.beside is not None:
            yield str(word), f"channels.{word}.beside", channel.beside


def check_channels(channels: Mapping[Any, Channel], deadline_s: float) -> None:
    """Raise ValueError for a send that may outlast its lease, and for a next way that is none."""
    for _, where, one in adapters(channels):
        timeout_s = one.options.get("timeout_s")
        if isinstance(timeout_s, int | float) and timeout_s > deadline_s:
            raise ValueError(
                f"{where}.options.timeout_s is longer than delivery.send_deadline_s ({deadline_s:g}); "
                "make it shorter, or raise send_deadline_s and lease_s"
            )
    for word, channel in channels.items():
        named = channel.failover or ()
        if named and word in ALONE:
            raise ValueError(f"channels.{word}.failover: {ALONE[word]}; leave it out")
        for other in named:
            if other == word or other not in channels:
                what = "is this way itself" if other == word else "is no channel of these settings"
                raise ValueError(f'channels.{word}.failover: "{other}" {what}; leave it out')


def speechless(channels: Mapping[Any, Channel]) -> list[str]:
    """Return that nobody hears of the service's own troubles, which it tells the operator by mail."""
    return [] if MAIL in channels else ["the operator hears nothing: no way to send mail is set up"]


def failover_of(channels: Mapping[Any, Channel]) -> dict[str, tuple[str, ...]]:
    """Return by which ways somebody is told where one refuses."""
    return {
        str(word): channel.failover
        if channel.failover is not None
        else (MAIL,)
        if word in BY_MAIL and MAIL in channels
        else ()
        for word, channel in channels.items()
    }
