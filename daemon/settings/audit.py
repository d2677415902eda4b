"""The table of the settings that is about the auditor: how often it looks, and by which ways it is heard."""

from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from daemon.domain.errors import Problem, Refusal
from daemon.domain.secret import is_loopback, plain_proxy, private_file
from daemon.settings.channels import Adapter
from daemon.settings.table import Duration, Table
from daemon.settings.written import mail_address

ADDRESS_MOST = 1000  # characters


def clock_time(value: object) -> time:
    """Return the time of day in a text such as "08:30"; raises ValueError."""
    if isinstance(value, time):
        return value
    try:
        return time.fromisoformat(str(value)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise ValueError(f'"{value}" is no time of day; write it as "08:30"') from None


def host_name(value: str) -> str:
    """Return a host's name in small letters; raises ValueError where it is more than that."""
    if urlsplit(f"https://{value}/").hostname != value.lower():
        raise ValueError('this is no host; write its name alone, as "hc-ping.com"')
    return value.lower()


class Heartbeat(Table):
    """A monitor outside, which calls somebody when we fall silent. It is called only where all balances."""

    host: Annotated[str, AfterValidator(host_name)]
    """The monitor's host, on which the address must be."""
    url_file: Path
    """The file of its whole address. That is secret, for whoever knows it can say that all is well."""
    timeout_s: float = Field(default=10, gt=0, le=60)
    """How long all of a call may take."""
    proxy: Annotated[str | None, AfterValidator(plain_proxy)] = None
    """The proxy that it is called through."""
    ca_file: Path | None = None
    """The certificates to trust in place of the system's."""

    def url(self) -> str:
        """Return the address; raises Refusal where it cannot be relied on, never with a word of it."""
        try:
            url = private_file(self.url_file).read_text("ascii").strip()
            parts = urlsplit(url)
            name, _ = parts.hostname, parts.port  # one that is none raises
        except OSError:
            raise self._wrong("it cannot be read", "put the monitor's address into it") from None
        except ValueError as error:
            what, _, how = str(error).partition("; ")
            raise self._wrong(what, how or "put one address into it") from None
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(name or ""))
        if not is_safe or parts.username or len(url) > ADDRESS_MOST or not url.isprintable():
            raise self._wrong("this is no https:// address", "copy the monitor's address whole")
        if name != self.host:
            raise self._wrong("the address is on another host", f"it must be on {self.host}")
        return url

    def _wrong(self, what: str, mend: str) -> Refusal:
        return Refusal(Problem(str(self.url_file), what, mend))


class Alive(Table):
    """A short mail a working day to a named person: that all is well, or what is not."""

    to: Annotated[str, AfterValidator(mail_address)]
    """Who gets it: one person, who misses it when it stays away."""
    at: Annotated[time, BeforeValidator(clock_time)] = time(8, 30)
    """When, London time."""


class Audit(Table):
    """How often `daykeeper audit` looks, and how it is heard."""

    every: Duration = timedelta(minutes=5)
    """How often it looks."""
    again_every: Duration = timedelta(hours=4)
    """How often the operator is told again of what lasts."""
    told_file: Path | None = None
    """Where the auditor keeps what it has told: a restart tells nothing twice. Left out: beside `state_file`."""
    mail: Adapter | None = None
    """A channel of its own, best by another server than `[channels.email]`: the operator hears by it."""
    heartbeat: Heartbeat | None = None
    alive: Alive | None = None

    @model_validator(mode="after")
    def can_write(self) -> Self:
        """Refuse a daily mail that has no way, and troubles told more often than they are looked for."""
        if self.alive and not self.mail:
            raise ValueError("alive has no way to go; name an adapter in [audit.mail]")
        if self.again_every < self.every:
            raise ValueError("again_every is shorter than every; make it the longer of the two")
        return self

    def beside(self, folder: Path) -> "Audit":
        """Return the table with its files looked for in that folder."""
        one, told = self.heartbeat, self.told_file and folder / self.told_file
        if one is None:
            return self.model_copy(update={"told_file": told})
        found = {"url_file": folder / one.url_file, "ca_file": one.ca_file and folder / one.ca_file}
        heartbeat = one.model_copy(update=found)
        return self.model_copy(update={"told_file": told, "heartbeat": heartbeat})


def missing(audit: Audit | None) -> list[str]:
    """Return what of it is not set up, each in plain words."""
    if audit is None:
        return ["nobody watches from outside this service: no auditor is set up"]
    said = {
        "no monitor outside would notice that all of it has fallen silent": audit.heartbeat,
        "the auditor has no mail of its own to say what it finds": audit.mail,
        "nobody gets the daily mail that says that it is alive": audit.alive,
    }
    return [what for what, there in said.items() if there is None]
