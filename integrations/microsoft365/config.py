"""What the microsoft365 adapters must be told: whose tenant, by which proof, from which mailbox."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from daemon.domain.mail import parse_address, parse_domain
from daemon.domain.secret import is_loopback
from daemon.option_paths import FileBeside, SecretFile

GRAPHS = frozenset(
    {
        "graph.microsoft.com",
        "graph.microsoft.us",
        "dod-graph.microsoft.us",
        "microsoftgraph.chinacloudapi.cn",
    }
)
LOGINS = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
    }
)
Identity = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,128}$")]


def pinned(address: str, hosts: frozenset[str]) -> str:
    """Return the address of a host that may see our token, without a slash; raises ValueError."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" or parts.path.strip("/") or parts.query or parts.username:
        raise ValueError('give it as "https://HOST"')
    if host not in hosts and not is_loopback(host):
        raise ValueError(f"that host is none of Microsoft's; use one of {', '.join(sorted(hosts))}")
    return address.rstrip("/")


class Connection(BaseModel):
    """How we reach a tenant, and how we prove who we are: by a certificate, a secret or neither.

    `managed_identity`: the machine is one of Azure's and has an identity of its own; `client_id` is
    then that of a user-assigned one, if it is. A `certificate_file` holds the certificate and its
    key (PEM). `timeout_s` bounds a whole send.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tenant: Identity | None = None
    client_id: Identity | None = None
    certificate_file: SecretFile | None = None
    secret_file: SecretFile | None = None
    managed_identity: bool = False
    login: Annotated[str, AfterValidator(lambda text: pinned(text, LOGINS))] = (
        "https://login.microsoftonline.com"
    )
    graph: Annotated[str, AfterValidator(lambda text: pinned(text, GRAPHS))] = (
        "https://graph.microsoft.com"
    )
    ca_file: FileBeside | None = None
    proxy: Annotated[str | None, Field(pattern=r"^http://[A-Za-z0-9.-]+:[0-9]{1,5}$")] = None
    timeout_s: float = Field(default=20, gt=0, le=25)  # a delivery's lease is 30 s

    @model_validator(mode="after")
    def prove_it_once(self) -> Self:
        """Refuse a connection without a proof, with two, or with half of one."""
        proofs = (self.certificate_file, self.secret_file, self.managed_identity or None)
        if sum(proof is not None for proof in proofs) != 1:
            raise ValueError(
                "give one of certificate_file, secret_file and managed_identity; a certificate is best"
            )
        if not self.managed_identity and not (self.tenant and self.client_id):
            raise ValueError("tenant and client_id are missing; both stand in the app registration")
        return self

    @property
    def connection(self) -> "Connection":
        """What adapters of one application have in common: they share a session."""
        fields = {name: getattr(self, name) for name in Connection.model_fields}
        return Connection.model_construct(**fields)


class MailConfig(Connection):
    """Options of mail. `mode` "send_mail" needs fewer permissions and tells less afterwards.

    `domain` is that of our Message-IDs: by default the mailbox's. `mails_a_minute` is how many
    leave the mailbox in any minute; one in five of them is kept for what is urgent. `canary` is a
    mailbox that must be refused to us: `daykeeper doctor` tries.
    """

    mailbox: Annotated[str, AfterValidator(parse_address)]
    domain: Annotated[str, AfterValidator(parse_domain)] = ""
    canary: Annotated[str, AfterValidator(lambda text: text and parse_address(text))] = ""
    mode: Literal["draft", "send_mail"] = "draft"
    sensitivity: Literal["normal", "private", "confidential"] = "confidential"
    mails_a_minute: int = Field(default=25, ge=2)  # Exchange Online takes 30

    @property
    def id_domain(self) -> str:
        """The right-hand side of a Message-ID."""
        return self.domain or self.mailbox.rpartition("@")[2]


class CalendarConfig(Connection):
    """Options of the calendar: the mailbox in whose calendar the entries stand, which also tells of them.

    `online_meetings`: a conference that people may join online and whose record names no page gets
    one meeting in Teams, the same for everybody.
    """

    mailbox: Annotated[str, AfterValidator(parse_address)]
    mails_a_minute: int = Field(default=25, ge=2)
    online_meetings: bool = False


class InboxConfig(Connection):
    """Options of the inbox: the mailbox, and what is read. `ours` are further addresses that we send from.

    A mail older than `looks_back_days` at the first reading is left. A reading takes about `most`
    mails and as many answers, and ends after `reads_for_s`. `looks_ahead_days`: how far ahead an
    entry may lie whose answers are read.
    """

    mailbox: Annotated[str, AfterValidator(parse_address)]
    domain: Annotated[str, AfterValidator(parse_domain)] = ""
    ours: tuple[Annotated[str, AfterValidator(parse_address)], ...] = ()
    looks_back_days: int = Field(default=30, ge=1, le=3650)
    looks_ahead_days: int = Field(default=400, ge=31, le=1800)
    reads_for_s: float = Field(default=60, gt=0, le=600)
    most: int = Field(default=100, ge=1, le=500)

    @property
    def id_domain(self) -> str:
        """The right-hand side of our Message-IDs."""
        return self.domain or self.mailbox.rpartition("@")[2]


class ActivityConfig(Connection):
    """Options of the channel of the word `teams`: a notice in each person's activity feed.

    `app_id` is that of the Teams app which is installed for everybody, `entity_id` the tab in it
    that a notice opens. `notices_a_second` is for the whole tenant.
    """

    way: Literal["activity_feed"] = "activity_feed"
    app_id: Annotated[str, Field(pattern=r"^[0-9a-fA-F-]{36}$")]
    entity_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")] = "daykeeper"
    notices_a_second: int = Field(default=4, ge=1, le=5)

    @field_validator("way", mode="before")
    @classmethod
    def write_no_chat(cls, way: object) -> object:
        """Refuse chat messages, with the reason."""
        if way == "chat":
            raise ValueError(
                "Microsoft lets no application write into a chat, except to import old ones; "
                'use "activity_feed", or the adapter "teams"'
            )
        return way
