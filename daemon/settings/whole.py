"""One authority's settings: one TOML file, overridden by the environment, read once at the start.

`DAYKEEPER_WEB__LISTEN=0.0.0.0:8700` stands above `listen` in the table `[web]`. Relative paths are
looked for beside the file.
"""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

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

from daemon.domain.authority import Authority
from daemon.domain.brake import Limits
from daemon.domain.errors import Problem, Refusal
from daemon.domain.times import FIVE, NINE, WEEKDAYS, OfficeHours
from daemon.settings.audit import Audit
from daemon.settings.channels import Channel, ChannelWord, Delivery, Vault, check_channels
from daemon.settings.feeds import Feed, FeedName, Inbox, Letters, People
from daemon.settings.homes import NESTING, PREFIX, misplaced, strangers
from daemon.settings.mistakes import mend, mistakes
from daemon.settings.retention import Retention
from daemon.settings.table import Table, Word
from daemon.settings.terms import Brake, Domains, Week
from daemon.settings.traces import Traces
from daemon.settings.web import Web
from daemon.settings.written import (
    EMBEDDED,
    broker_address,
    mail_address,
    read_toml,
    slug,
    working_days,
)

SQLITE = re.compile(r"sqlite(\+pysqlite)?:///(?!/)(?=.)")  # a relative path follows
DAY = (NINE, FIVE)


class Log(Table):
    """How the log is written; it goes to standard error."""

    format: Literal["console", "json"] = "console"
    """For a person's eyes, or one JSON object a line for what collects logs."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least grave line that is written."""


class Settings(BaseSettings):
    """Everything that one installation may say about itself. `folder` is where its file lies."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter=NESTING
    )

    folder: Path
    authority: Annotated[str, AfterValidator(slug)]
    """The authority's name in tables, logs and figures; it is never changed later."""
    title: Word
    """What people call it: every mail and page begins with it."""
    operator: Annotated[str, AfterValidator(mail_address)]
    """Who is told when the service itself needs somebody."""
    fallback: Word | None = None
    """The duty mailbox, told when nobody holds a role; needed unless `rulebook` names an authority's folder."""
    database: str = "sqlite:///state/daykeeper.sqlite"
    """Where all is kept: `sqlite:///PATH` or `postgresql://USER@HOST/NAME`. The password stands in `~/.pgpass`."""
    state_file: Path | None = None
    """By what a restored backup is noticed: best on another disk. Left out, it lies beside `web.secret_file`."""
    broker: Annotated[str, AfterValidator(broker_address)] = EMBEDDED
    """`memory`: the run sends by itself; `redis://HOST:6379/0`: workers do, and are woken through it."""
    broker_password_file: Path | None = None
    """The file of Redis' password: read again for each connection, so that a new one needs no restart."""
    rulebook: Path | None = None
    """The authority's own folder of rules, or one of policies. Left out, the shipped rules hold."""
    shadow: Path | None = None
    """A draft of the rules that decides beside those in force, and tells nobody."""
    enforce_from: date | None = None
    """What was due before this day is listed, never escalated. Left out, it is the day of the first start."""
    pathway_default: Word = "statutory-england"
    """By which pack a case is decided whose record names no pathway."""
    domains: Domains = Domains()
    office_hours: Week = Week(monday=DAY, tuesday=DAY, wednesday=DAY, thursday=DAY, friday=DAY)
    closure_days: tuple[date, ...] = ()
    """Days when the office is closed: they move when people are told, never a deadline."""
    web: Web = Field(default=Web(), validate_default=True)
    feeds: Mapping[FeedName, Feed] = {}
    merge_order: Mapping[str, tuple[str, ...]] = {}
    """Whose word counts where feeds differ, best first: a line for a fact, `*` for all others."""
    people: People | None = None
    channels: Mapping[ChannelWord, Channel] = {}
    inbox: Mapping[FeedName, Inbox] = {}
    post: Letters | None = None
    delivery: Delivery = Delivery()
    hold_limit: Annotated[int, BeforeValidator(working_days)] = "1 working day"  # type: ignore[assignment]  # defaults are read as the file is
    """How long a step waits for fresh data before the operator and the person responsible are told so."""
    brake: Brake = Brake()
    link_days: int = Field(default=14, ge=1, le=90)
    """For how many days the link in a message can be used."""
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
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic hands over all of them
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
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

    @field_validator("broker_password_file")
    @classmethod
    def keep_password(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        """Return the password's place beside the settings; raises ValueError where there are two of them."""
        if path is None:
            return None
        if urlsplit(str(info.data.get("broker", ""))).password:
            raise ValueError("a password stands in the address, too; give one of the two")
        return Path(info.data.get("folder", Path())) / path

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
        return Authority(
            based_on=self.pathway_default,
            hours=self.office(),
            internal=frozenset(domain.casefold() for domain in self.domains.internal),
            accepted=frozenset(domain.casefold() for domain in self.domains.accepted),
            unknown_gets=self.domains.unknown,
            fresh_within={
                job: one.fresh_within
                for one in self.feeds.values()
                if one.fresh_within
                for job in one.jobs
            },
            hold_working_days=self.hold_limit,
            brake=Limits(self.brake.one_pass, self.brake.one_person),
            enforce_from=self.enforce_from,
            known_as=(
                self.authority, self.title,
                *((self.rulebook.resolve().name,) if self.rulebook else ()),
            ),
        )  # fmt: skip


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
    feeds = settings.feeds if settings else {}
    fresh_within = {name: one.fresh_within for name, one in feeds.items()}
    problems += misplaced(values, fresh_within, own, say_where)
    if settings is None or problems:
        raise Refusal(*problems)
    return settings
