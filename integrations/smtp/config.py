"""What the smtp adapter must be told."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from daemon.domain.mail import parse_address, parse_domain
from daemon.domain.secret import file_beside, is_loopback, private_file


class Config(BaseModel):
    """Options of the channel. `domain` is that of our Message-IDs: by default the sender's.

    At most `connections` are kept open, each for `reuse_most` messages. `timeout_s` bounds a whole
    send.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[str, AfterValidator(parse_address)]
    sender_name: str = "Daykeeper"
    domain: Annotated[str, AfterValidator(parse_domain)] = ""
    username: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    timeout_s: float = Field(default=20, gt=0, le=25)  # a delivery's lease is 30 s
    connections: int = Field(default=4, ge=1, le=64)
    reuse_most: int = Field(default=100, ge=1)

    @field_validator("password_file", "ca_file")
    @classmethod
    def find_file(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        """Return the file's place; a relative one is looked for beside the settings."""
        return path and file_beside(path, Path((info.context or {}).get("base", ".")))

    @field_validator("password_file")
    @classmethod
    def keep_secret(cls, path: Path | None) -> Path | None:
        """Return the password's file unless others on this machine may read it."""
        return path and private_file(path)

    @model_validator(mode="after")
    def agree(self) -> Self:
        """Refuse mail or a password in clear over a network, and a login that is half given."""
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError(
                'security "none" is for a server on this machine; use "starttls" or "tls"'
            )
        if (self.username is None) != (self.password_file is None):
            raise ValueError("username and password_file go together; give both or neither")
        return self

    @property
    def id_domain(self) -> str:
        """The right-hand side of a Message-ID."""
        return self.domain or self.sender.rpartition("@")[2]
