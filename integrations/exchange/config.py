"""What the exchange adapter must be told."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
)

from daemon.domain.mail import parse_address, parse_domain
from daemon.domain.secret import is_loopback
from daemon.option_paths import FileBeside, SecretFile

CLOUD = (
    "outlook.com",
    "office.com",
    "office365.com",
    "office365.us",
    "microsoft.com",
    "partner.outlook.cn",
)
NO_CLOUD = (
    "is Exchange Online, which has been switching EWS off since October 2026 and ends it for good on "
    '1 April 2027; use adapter "microsoft365"'
)  # fmt: skip


def parse_endpoint(text: str) -> str:
    """Return the address of an EWS endpoint; raises ValueError with what is wrong with it."""
    try:
        parts = urlsplit(text)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise ValueError("is no address of a server") from None
    if any(host == cloud or host.endswith(f".{cloud}") for cloud in CLOUD):
        raise ValueError(NO_CLOUD)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError("must begin with https://")
    if not host or not parts.path.strip("/") or parts.username or parts.query or parts.fragment:
        raise ValueError("must be like https://mail.council.example/EWS/Exchange.asmx")
    return text


class Config(BaseModel):
    r"""Options of mail and calendar. `mailbox` is who we send as and whose calendar holds the meetings.

    `username` is DOMAIN\name or name@domain. `access`: whether the account may open the mailbox
    (delegate) or act as it (impersonation). `timeout_s` bounds a whole send.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    endpoint: Annotated[str, AfterValidator(parse_endpoint)]
    mailbox: Annotated[str, AfterValidator(parse_address)]
    sender_name: str = "Daykeeper"
    domain: Annotated[str, AfterValidator(parse_domain)] = ""
    username: str = Field(min_length=1)
    password_file: SecretFile
    auth: Literal["ntlm", "basic"] = "ntlm"
    access: Literal["delegate", "impersonation"] = "delegate"
    ca_file: FileBeside | None = None
    timeout_s: float = Field(default=20, gt=0, le=25)  # a delivery's lease is 30 s
    connections: int = Field(default=3, ge=1, le=16)

    @property
    def id_domain(self) -> str:
        """The right-hand side of our Message-IDs."""
        return self.domain or self.mailbox.rpartition("@")[2]


class InboxConfig(Config):
    """Options of the inbox: those of mail, and what is read. `ours` are further addresses that we send from.

    A mail older than `looks_back_days` at the first reading is left. A reading takes about `most` mails.
    """

    ours: tuple[Annotated[str, AfterValidator(parse_address)], ...] = ()
    looks_back_days: int = Field(default=30, ge=1, le=3650)
    timeout_s: float = Field(default=60, gt=0, le=600)
    most: int = Field(default=100, ge=1, le=500)
    largest_bytes: int = Field(default=5_000_000, ge=10_000, le=50_000_000)
