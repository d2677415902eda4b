"""What the smtp adapter must be told."""

import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from daemon.domain.mail import parse_address, parse_domain
from daemon.domain.secret import is_loopback
from daemon.option_paths import FileBeside, SecretFile
from integrations.smtp.guard import EVERY_OTHER, MARK_MOST, Guard
from integrations.smtp.signature import Signer, read_key

LABEL = re.compile(r"(X-[A-Za-z0-9-]{1,60}|Sensitivity): ?([ -~]{1,200})", re.ASCII)
SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
NO_LABEL = ("", "")


def guarded(text: str) -> str:
    """Return a domain in small letters, or `*` for every other; raises ValueError."""
    return text if text == EVERY_OTHER else parse_domain(text)


def header_of(text: object) -> object:
    """Return a header's name and what it says; raises ValueError where it is none that may be set."""
    if not isinstance(text, str):
        return text
    found = LABEL.fullmatch(text)
    if found is None:
        raise ValueError('this is no header of a label; write it as "X-Classification: OFFICIAL"')
    return found[1], found[2]


class Config(BaseModel):
    """Options of the channel. `domain` is that of our Message-IDs: by default the sender's.

    At most `connections` are kept open, each for `reuse_most` messages. `timeout_s` bounds a whole
    send. `secure` says for a domain, or `*`, how mail to it is guarded. With a `dkim_key_file` mail is
    signed for `dkim_domain`, by default the sender's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[str, AfterValidator(parse_address)]
    sender_name: str = "Daykeeper"
    domain: Annotated[str, AfterValidator(parse_domain)] = ""
    username: str | None = None
    password_file: SecretFile | None = None
    ca_file: FileBeside | None = None
    timeout_s: float = Field(default=20, gt=0, le=25)  # a delivery's lease is 30 s
    connections: int = Field(default=4, ge=1, le=64)
    reuse_most: int = Field(default=100, ge=1)
    secure: Mapping[Annotated[str, AfterValidator(guarded)], Guard] = {}
    secure_tag: str = Field(
        default="[secure]", min_length=1, max_length=MARK_MOST, pattern=r"^[!-~]+$"
    )
    secure_label: Annotated[tuple[str, str], BeforeValidator(header_of)] = NO_LABEL
    dkim_key_file: SecretFile | None = None
    dkim_selector: str | None = Field(default=None, pattern=SELECTOR.pattern)
    dkim_domain: Annotated[str, AfterValidator(lambda text: text and parse_domain(text))] = ""

    @field_validator("dkim_key_file")
    @classmethod
    def can_sign(cls, path: Path | None) -> Path | None:
        """Return the key's file; raises ValueError where nothing can be signed with it."""
        if path and find_spec("dkim") is None:
            raise ValueError("signing needs dkimpy; run: pip install 'daykeeper[dkim]'")
        if path:
            read_key(path)
        return path

    @model_validator(mode="after")
    def agree(self) -> Self:
        """Refuse mail or a password in clear over a network, and a login that is half given."""
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError(
                'security "none" is for a server on this machine; use "starttls" or "tls"'
            )
        if (self.username is None) != (self.password_file is None):
            raise ValueError("username and password_file go together; give both or neither")
        if (self.dkim_key_file is None) != (self.dkim_selector is None):
            raise ValueError("dkim_key_file and dkim_selector go together; give both or neither")
        if Guard.LABEL in self.secure.values() and self.secure_label == NO_LABEL:
            raise ValueError('a label is asked for; name it in secure_label, as "X-Label: SECRET"')
        return self

    def signer(self) -> Signer | None:
        """Return what signs our mail, None where nothing does; raises ValueError for its key."""
        if self.dkim_key_file is None or self.dkim_selector is None:
            return None
        domain = self.dkim_domain or self.sender.rpartition("@")[2]
        read_key(self.dkim_key_file)
        return Signer(domain, self.dkim_selector, self.dkim_key_file)

    @property
    def id_domain(self) -> str:
        """The right-hand side of a Message-ID."""
        return self.domain or self.sender.rpartition("@")[2]
