"""What the teams adapter must be told, and what it refuses to be told."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from daemon.domain.secret import is_loopback, plain_proxy
from daemon.domain.teams import NAME
from daemon.option_paths import FileBeside, SecretFile, secret_file

WORKFLOW_HOSTS = (".environment.api.powerplatform.com", ".logic.azure.com")
CONNECTOR_HOSTS = (".webhook.office.com", "outlook.office.com")
LOGIN_HOST, BOT_HOST = "login.microsoftonline.com", "smba.trafficmanager.net"
PLAIN = re.compile(r"[!-~]+", re.ASCII)
CHAT_KEYS = ("chat", "chats", "chat_id", "team_id", "channel_id", "service_account")


def host_of(url: str) -> str:
    """Return whose address it is; raises ValueError unless only TLS, or this machine, sees what is sent."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError("this is no https:// address; copy it whole")
    if parts.username or parts.password or parts.fragment:
        raise ValueError("this has a login or a fragment in it; copy it as it was given")
    if PLAIN.fullmatch(url) is None:
        raise ValueError("this has a character in it that no address has; copy it as it was given")
    return host.lower()


def workflow_address(secret: SecretStr) -> SecretStr:
    """Return the address of a workflow; raises ValueError for any host but Microsoft's two, and without its key."""
    url = secret.get_secret_value()
    host = host_of(url)
    if host.endswith(CONNECTOR_HOSTS):
        raise ValueError(
            "connectors ended in May 2026; make a workflow: docs/how-to/teams.md says how"
        )
    if not (host.endswith(WORKFLOW_HOSTS) or is_loopback(host)):
        raise ValueError(
            "this is no address of a workflow; it ends in one of " + ", ".join(WORKFLOW_HOSTS)
        )
    if not parse_qs(urlsplit(url).query).get("sig"):
        raise ValueError("its signature is missing (sig=…); copy the whole address")
    return secret


def pinned(*hosts: str) -> AfterValidator:
    """Return the check that an address is on one of these hosts, or on this machine."""

    def check(url: str) -> str:
        host = host_of(url)
        if host not in hosts and not is_loopback(host):
            raise ValueError(f"this is another host; it is {' or '.join(hosts)}")
        return url.rstrip("/")

    return AfterValidator(check)


def named(name: str) -> str:
    """Return the name of a workflow; raises ValueError where it is none."""
    if not NAME.fullmatch(name):
        raise ValueError("this is no name; write small letters, figures and hyphens")
    return name


def read_workflows(file: Path) -> Any:
    """Return what stands in the file of workflows: a name and an address each; raises ValueError."""
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
        raise ValueError(
            'this cannot be read as TOML; write a line each: name = "https://…"'
        ) from None


Workflows = Mapping[
    Annotated[str, AfterValidator(named)],
    Annotated[SecretStr, AfterValidator(workflow_address)],
]
KNOWN: TypeAdapter[Workflows] = TypeAdapter(Workflows)


class Filed(dict[str, SecretStr]):
    """The workflows as they stood at the start, and the file in which they stand."""

    def __init__(self, file: Path, found: Workflows) -> None:
        super().__init__(found)
        self.file = file

    def now(self) -> Workflows:
        """Return them as they stand there now; raises ValueError where there is none that can be used."""
        found = KNOWN.validate_python(read_workflows(self.file))
        if not found:  # a file that is just being written
            raise ValueError("nothing stands in it; write a line each")
        return found


def keep_file(path: Any, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Workflows:
    """Return the workflows of a file, which is read again whenever one is used; raises ValueError."""
    if not isinstance(path, str | Path):
        return check(path)  # type: ignore[no-any-return]
    file = secret_file(Path(path), info)
    return Filed(file, check(read_workflows(file)))


class Bot(BaseModel):
    """The bot that writes to people and into channels. `tenant` and `app` are ids of the directory."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tenant: UUID
    app: UUID
    secret_file: SecretFile
    service: Annotated[str, pinned(BOT_HOST)] = f"https://{BOT_HOST}/teams"
    login: Annotated[str, pinned(LOGIN_HOST)] = f"https://{LOGIN_HOST}"


class Config(BaseModel):
    """Options of the channel. `timeout_s` bounds a whole send; `post_every_s` is the pace of one workflow.

    `workflows_file` holds secrets, and is read again for each card.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    workflows_file: Annotated[Workflows, WrapValidator(keep_file)] = {}
    bot: Bot | None = None
    timeout_s: float = Field(default=20, gt=0, le=25)  # a delivery's lease is 30 s
    post_every_s: float = Field(default=1, ge=0, le=60)
    proxy: Annotated[str | None, AfterValidator(plain_proxy)] = None
    ca_file: FileBeside | None = None

    @model_validator(mode="before")
    @classmethod
    def refuse_chats(cls, options: Any) -> Any:
        """Refuse what Microsoft takes from no application: messages in a chat or channel in its own name."""
        found = [key for key in CHAT_KEYS if isinstance(options, Mapping) and key in options]
        if found:
            raise ValueError(
                f"{found[0]}: Microsoft lets an application write into no chat or channel through Graph "
                "(only to import old messages), and a person's account for it would need a sign-in without a second "
                "factor; use a workflow or the bot"
            )
        return options

    @model_validator(mode="after")
    def reach_somebody(self) -> Self:
        """Refuse a channel by which nobody can be reached."""
        if not self.workflows_file and self.bot is None:
            raise ValueError("it reaches nobody; name a workflows_file or a bot")
        return self

    @property
    def workflows(self) -> Workflows:
        """The secret addresses by their names, as they stood at the start."""
        return self.workflows_file

    def address_of(self, name: str) -> SecretStr | None:
        """Return a workflow's address as its file says it now; raises ValueError where that cannot be used."""
        known = self.workflows_file
        return (known.now() if isinstance(known, Filed) else known).get(name)
