"""What the mailbox adapter must be told."""

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from daemon.domain.mail import parse_address, parse_domain
from daemon.domain.secret import is_loopback
from daemon.option_paths import Beside, FileBeside, SecretFile

Folder = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\U0010ffff\"\\%*&]*$", max_length=200)]
PORTS = {"tls": 993, "starttls": 143, "none": 143}


class Config(BaseModel):
    """Options of the inbox: a login at an IMAP server, or the folder of a Maildir.

    `ours` are the addresses that we send from: their own mail in the box is passed over. `domain` is
    that of our Message-IDs, by default the first one's. `timeout_s` bounds a whole reading, which
    takes `most` mails. Where there is no cursor yet, a mail older than `looks_back_days` is left.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ours: tuple[Annotated[str, AfterValidator(parse_address)], ...] = Field(min_length=1)
    domain: Annotated[str, AfterValidator(parse_domain)] = ""
    maildir: Beside | None = None
    host: str | None = Field(default=None, min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "tls"
    username: str | None = Field(default=None, pattern=r"^[^\x00-\x20\x7f-\U0010ffff\"\\(){%*]+$")
    password_file: SecretFile | None = None
    ca_file: FileBeside | None = None
    folder: Annotated[Folder, Field(min_length=1)] = "INBOX"
    moved_to: Folder = ""
    looks_back_days: int = Field(default=30, ge=1, le=3650)
    timeout_s: float = Field(default=60, gt=0, le=600)
    most: int = Field(default=100, ge=1, le=1000)
    largest_bytes: int = Field(default=5_000_000, ge=10_000, le=50_000_000)

    @model_validator(mode="after")
    def agree(self) -> Self:
        """Refuse two mailboxes or none, half a login, a password in clear over a network."""
        if (self.maildir is None) == (self.host is None):
            raise ValueError("give either maildir, or host with username and password_file")
        if self.maildir is not None:
            theirs = self.model_fields_set & {"port", "security", "username", "password_file",
                                              "ca_file", "folder", "moved_to"}  # fmt: skip
            if theirs:
                raise ValueError(f"{min(theirs)} is for host, not for maildir; leave it out")
            return self
        if self.username is None or self.password_file is None:
            raise ValueError("host goes with username and password_file; give all three")
        if self.security == "none" and not is_loopback(str(self.host)):
            raise ValueError(
                'security "none" is for a server on this machine; use "tls" or "starttls"'
            )
        if self.moved_to == self.folder:
            raise ValueError("moved_to is the folder that is read; name another, or leave it out")
        return self

    @property
    def id_domain(self) -> str:
        """The right-hand side of our Message-IDs."""
        return self.domain or self.ours[0].rpartition("@")[2]

    @property
    def at_port(self) -> int:
        """The port to connect to."""
        return self.port or PORTS[self.security]
