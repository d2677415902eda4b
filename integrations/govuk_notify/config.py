"""What the govuk_notify adapter must be told, and which keys it refuses."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from daemon.domain.secret import is_loopback, plain_proxy
from daemon.option_paths import FileBeside, SecretFile
from integrations.govuk_notify.paper import font

HOST = "api.notifications.service.gov.uk"
ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
KEY = re.compile(rf"(?P<name>.*)-(?P<service>{ID})-(?P<secret>{ID})")
NOT_LIVE = re.compile(r"(?i)(?<![a-z])(test|team|trial|sandbox|guest)(?![a-z])")
LEAST_TOKEN = 10  # characters of a callback's bearer token, by Notify's own rule


def pinned(url: str) -> str:
    """Return where Notify is; raises ValueError for any other host but this machine's own."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_notify = parts.scheme == "https" and host == HOST and parts.port in (None, 443)
    if not is_notify and not (parts.scheme in ("http", "https") and is_loopback(host)):
        raise ValueError(f"this is another host; it is https://{HOST}")
    return url.rstrip("/")


def read_line(path: Path) -> str:
    """Return the one line of a secret's file; raises ValueError where it cannot be read."""
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeError):
        raise ValueError("this cannot be read as one line of plain text") from None


class Config(BaseModel):
    """Options of all that goes by Notify.

    `key_type` is what the key was made as: `team` reaches our own team alone, `test` nobody at all.
    `timeout_s` bounds the wait for each answer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    api_key_file: SecretFile
    key_type: Literal["live", "team", "test"] = "live"
    base_url: Annotated[str, AfterValidator(pinned)] = f"https://{HOST}"
    timeout_s: float = Field(default=10, gt=0, le=20)  # a delivery's lease is 30 s
    proxy: Annotated[str | None, AfterValidator(plain_proxy)] = None
    ca_file: FileBeside | None = None

    @field_validator("api_key_file")
    @classmethod
    def holds_a_key(cls, file: Path) -> Path:
        """Return the key's file; raises ValueError where it holds no key."""
        if not KEY.fullmatch(read_line(file)):
            raise ValueError("this holds no API key; copy the whole line that Notify showed once")
        return file

    @model_validator(mode="after")
    def is_live(self) -> Self:
        """Refuse a key that was named as one by which hardly anybody is reached, unless that is meant."""
        found = KEY.fullmatch(read_line(self.api_key_file))
        if found and self.key_type == "live" and NOT_LIVE.search(found["name"]):
            raise ValueError(
                "api_key_file: the key is named as one for trying out, by which hardly anybody is reached; "
                'use a live key, or say key_type = "team" or "test"'
            )
        return self

    @property
    def key(self) -> str:
        """The API key; never to be shown."""
        return read_line(self.api_key_file)

    @property
    def is_real(self) -> bool:
        """Whether what is sent reaches the person whom it names."""
        return self.key_type == "live"


class EmailConfig(Config):
    """Options of mail. `template` has the fields ((subject)) and ((message))."""

    template: UUID
    reply_to_id: UUID | None = None


class TextConfig(Config):
    """Options of texts. `template` has the field ((message))."""

    template: UUID
    sender_id: UUID | None = None


class PostConfig(Config):
    """Options of letters. `font_file` is a TrueType font that may be embedded, for names that ours has no shape for.

    With a `template`, which has the field ((message)), Notify prints the letter, and the postage is the template's.
    """

    template: UUID | None = None
    postage: Literal["first", "second", "economy"] | None = None
    font_file: FileBeside | None = None

    @model_validator(mode="after")
    def can_be_posted(self) -> Self:
        """Refuse a key by which Notify posts nothing, and a postage beside the template's own."""
        if self.key_type == "team":
            raise ValueError("key_type: Notify posts no letter by a team's key; use a live key")
        if self.template and self.postage:
            raise ValueError(
                "postage: it is the template's own; set it there, and leave it out here"
            )
        return self

    @field_validator("font_file")
    @classmethod
    def is_a_font(cls, file: Path | None) -> Path | None:
        """Return the font's place; raises ValueError for what is no font."""
        if file is not None:
            font(file)
        return file


class ReceiptsConfig(Config):
    """Options of what comes back: polled, and told where `callback_token_file` holds a bearer token."""

    callback_token_file: SecretFile | None = None

    @field_validator("callback_token_file")
    @classmethod
    def is_long_enough(cls, file: Path | None) -> Path | None:
        """Return the token's file; raises ValueError where the token is too short."""
        if file is not None and len(read_line(file)) < LEAST_TOKEN:
            raise ValueError(f"the token is shorter than {LEAST_TOKEN} characters; choose another")
        return file
