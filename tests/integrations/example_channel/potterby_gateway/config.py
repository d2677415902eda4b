"""What the gateway's channel must be told."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from daemon.domain.mail import parse_address
from daemon.domain.secret import is_loopback
from daemon.option_paths import SecretFile


def guarded(url: str) -> str:
    """Return the gateway's address; raises ValueError where what is sent could be read on its way."""
    parts = urlsplit(url)
    if not parts.hostname or (parts.scheme != "https" and not is_loopback(parts.hostname)):
        raise ValueError("this is no https:// address; write https://HOST")
    return url.rstrip("/")


class Config(BaseModel):
    """Options of the channel. `timeout_s` stays below `delivery.send_deadline_s`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, AfterValidator(guarded)]
    key_file: SecretFile
    sender: Annotated[str, AfterValidator(parse_address)]
    timeout_s: float = Field(default=10, gt=0, le=20)
