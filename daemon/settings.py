"""One authority's settings: one TOML file, overridden by the environment, read once at the start.

`DAYKEEPER_WEB__LISTEN=0.0.0.0:8700` stands above `listen` in the table `[web]`. Relative paths are
looked for beside the file.
"""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from daemon.audit_settings import Audit
from daemon.channel_settings import Adapter, Channel, ChannelWord, Vault, check_channels
from daemon.domain.authority import Authority
from daemon.domain.errors import Problem, Refusal
from daemon.domain.times import FIVE, NINE, WEEKDAYS, OfficeHours
from daemon.homes import NESTING, PREFIX, misplaced, strangers, terms_of
from daemon.mistakes import mend, mistakes
from daemon.retention_settings import Retention
from daemon.trace_settings import Traces
from daemon.web_settings import Duration, Table, Web, Word
from daemon.written import (
    EMBEDDED,
    broker_address,
    escalations,
    feed_name,
    hours,
    mail_address,
    mail_domain,
    read_toml,
    slug,
    working_days,
)

SQLITE = re.compile(r"sqlite(\+pysqlite)?:///(?!/)(?=.)")  # a relative path follows
DAY = (NINE, FIVE)
Hours = Annotated[tuple[time, time], BeforeValidator(hours)]
Domain = Annotated[str, AfterValidator(mail_domain)]
FeedName = Annotated[str, AfterValidator(feed_name)]


class Domains(Table):
    """Whose mail may carry a reference (DOMAIN section 6). `unknown`: what every other domain gets."""

    internal: tuple[Domain, ...] = ()
    accepted: tuple[Domain, ...] = ()
    unknown: Literal["L0", "nothing"] = "L0"


class Week(Table):
    """Opening hours; a weekday that is missing is closed."""

    monday: Hours | None = None
    tuesday: Hours | None = None
    wednesday: Hours | None = None
    thursday: Hours | None = None
    friday: Hours | None = None
    saturday: Hours | None = None
    sunday: Hours | None = None


class Feed(Adapter):
    """A source. `role`: the job it does; older than `fresh_within`, nobody is accused on its word.

    A reading from which `most_gone` in a hundred rows have gone (and ten at least), or all, is not
    taken, unless it shows `at_least` so many; nor one from which as many of a table, sheet or list have,
    unless it shows so many as `at_least_of` says of that part.
    """

    role: Word
    fresh_within: Duration | None = None
    read_every: Duration = timedelta(minutes=5)
    most_gone: int = Field(default=30, gt=0, le=100)
    at_least: int | None = Field(default=None, ge=0)
    at_least_of: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)


class People(Adapter):
    """The directory of staff and partners.

    A reading from which more than half of the people have gone is not taken for their leaving,
    unless it still shows `at_least` so many.
    """

    read_every: Duration = timedelta(minutes=5)
    at_least: int | None = Field(default=None, gt=0)


class Letters(Adapter):
    """Who prints and posts the letters that a person has written to a family."""


class Inbox(Adapter):
    """A mailbox in which answers to invitations and bounces come back."""

    read_every: Duration = timedelta(minutes=1)


class Brake(Table):
    """How many escalations at once, and to one person in a day, are held until an operator releases them."""

    one_pass: Annotated[int | None, BeforeValidator(escalations)] = 200
    one_person: Annotated[int | None, BeforeValidator(escalations)] = 30


class Delivery(Table):
    """How messages are sent. A lease outlasts a send's deadline, or two workers would send it."""

    send_deadline_s: float = Field(default=20, gt=0, le=300)
    lease_s: float = Field(default=30, gt=0, le=600)
    connections: int = Field(default=4, ge=1, le=64)
    retry_first_s: float = Field(default=15, gt=0)
    retry_most_s: float = Field(default=900, gt=0)

    @model_validator(mode="after")
    def last(self) -> Self:
        """Refuse figures that contradict one another."""
        if self.lease_s <= self.send_deadline_s:
            raise ValueError("lease_s is not above send_deadline_s; make the lease longer")
        if self.retry_most_s < self.retry_first_s:
            raise ValueError("retry_most_s is below retry_first_s; make it the larger of the two")
        return self


class Log(Table):
    """How the log is written."""

    format: Literal["console", "json"] = "console"
    level: Literal["debug", "info", "warning", "error"] = "info"


class Settings(BaseSettings):
    """Everything that one installation may say about itself. `folder` is where its file lies."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter=NESTING
    )

    folder: Path
    authority: Annotated[str, AfterValidator(slug)]
    title: Word
    operator: Annotated[str, AfterValidator(mail_address)]
    fallback: Word | None = None
    database: str = "sqlite:///state/daykeeper.sqlite"
    state_file: Path | None = None
    broker: Annotated[str, AfterValidator(broker_address)] = EMBEDDED
    rulebook: Path | None = None
    shadow: Path | None = None
    enforce_from: date | None = None
    pathway_default: Word = "statutory-england"
    domains: Domains = Domains()
    office_hours: Week = Week(monday=DAY, tuesday=DAY, wednesday=DAY, thursday=DAY, friday=DAY)
    closure_days: tuple[date, ...] = ()
    web: Web = Field(default=Web(), validate_default=True)
    feeds: Mapping[FeedName, Feed] = {}
    merge_order: Mapping[str, tuple[str, ...]] = {}
    people: People | None = None
    channels: Mapping[ChannelWord, Channel] = {}
    inbox: Mapping[FeedName, Inbox] = {}
    post: Letters | None = None
    delivery: Delivery = Delivery()
    hold_limit: Annotated[int, BeforeValidator(working_days)] = "1 working day"  # type: ignore[assignment]  # defaults are read as the file is
    brake: Brake = Brake()
    link_days: int = Field(default=14, ge=1, le=90)
    log: Log = Log()
    retention: Retention = Retention()
    audit: Audit | None = None
    vault: Vault | None = None
    traces: Traces | None = None

    @model_validator(mode="after")
    def know_ways(self) -> Self:
        """Refuse a channel that may still be sending when its lease ends, and a next way that is none."""
        check_channels(self.channels, self.delivery.send_deadline_s)
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return what pydantic-settings asks for: the environment stands above the file."""
        return env_settings, init_settings

    @field_validator("database")
    @classmethod
    def find_database(cls, url: str, info: ValidationInfo) -> str:
        """Return the URL with the path of an SQLite file made absolute."""
        if "://" not in url:
            raise ValueError(
                "this is no database URL; write sqlite:///PATH or postgresql://USER@HOST/NAME"
            )
        found = SQLITE.match(url)
        if found is None or "folder" not in info.data or url[found.end() :].startswith(":memory:"):
            return url
        return f"{found[0]}{info.data['folder'] / url[found.end() :]}"

    @field_validator("rulebook", "shadow", "state_file")
    @classmethod
    def find_path(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        """Return a path that is named; nothing else may lie where the database does."""
        found = path and info.data.get("folder", Path()) / path
        if found is not None and info.data.get("database", "").endswith(f"//{found}"):
            raise ValueError("this is the database itself; name another path")
        return found

    @field_validator("web")
    @classmethod
    def find_secret(cls, web: Web, info: ValidationInfo) -> Web:
        """Return the table with its files beside the settings."""
        return web.beside(info.data.get("folder", Path()))

    @field_validator("audit", "vault", "traces")
    @classmethod
    def find_files(
        cls, table: Audit | Vault | Traces | None, info: ValidationInfo
    ) -> Audit | Vault | Traces | None:
        """Return the table with its files beside the settings."""
        return table and table.beside(info.data.get("folder", Path()))

    @field_validator("merge_order")
    @classmethod
    def know_feeds(
        cls, order: Mapping[str, tuple[str, ...]], info: ValidationInfo
    ) -> Mapping[str, tuple[str, ...]]:
        """Refuse an order that names a feed which is not configured."""
        if "feeds" not in info.data:  # those are wrong themselves
            return order
        known = (*info.data["feeds"], "daykeeper")
        for feed in (one for feeds in order.values() for one in feeds):
            if feed not in known:
                raise ValueError(f'no feed is called "{feed}"; {mend(feed, known)}')
        return order

    @property
    def feed_order(self) -> Mapping[str, Sequence[str]]:
        """Whose word counts, a fact: `*` is for those that are not named."""
        return {"*": tuple(self.feeds), **self.merge_order}

    def office(self) -> OfficeHours:
        """Return the opening hours as decisions use them."""
        week = [getattr(self.office_hours, name.lower()) for name in WEEKDAYS]
        return OfficeHours(
            {day: span[0] for day, span in enumerate(week) if span},
            {day: span[1] for day, span in enumerate(week) if span},
            frozenset(self.closure_days),
        )

    def terms(self) -> Authority:
        """Return what stands here where there is no authority's folder to say it."""
        return terms_of(self)


KEYS = tuple(name for name in Settings.model_fields if name != "folder")


def load(path: Path) -> Settings:
    """Return the settings of a file; raises Refusal with one problem for each mistake in it."""
    values = read_toml(path)

    def say_where(key: str) -> str:
        variable = PREFIX + key.replace(".", NESTING).upper()
        return variable if variable in os.environ else f"{path}: {key}" if key else str(path)

    problems = strangers(values, KEYS, say_where)
    settings = None
    try:
        known = {key: value for key, value in values.items() if key in KEYS}
        settings = Settings(**known, folder=path.absolute().parent)
    except ValidationError as error:
        problems += mistakes(error, Settings, say_where)
    except SettingsError as error:
        found = re.search(r'field "(\w+)"', str(error))
        variable = f"{PREFIX}{found[1].upper() if found else '…'}"
        how = f"write JSON, or set {variable}{NESTING}KEY"
        problems.append(Problem(variable, "this is no JSON", how))
    folder = settings.rulebook if settings else values.get("rulebook")
    own = path.absolute().parent / folder if isinstance(folder, str | Path) else None
    problems += misplaced(values, settings, own, say_where)
    if settings is None or problems:
        raise Refusal(*problems)
    return settings
