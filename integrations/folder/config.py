"""What the folder adapter must be told."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator

from daemon.domain.mail import parse_address, parse_domain
from daemon.option_paths import Beside


class Config(BaseModel):
    """Options of the channel. `domain` is that of our Message-IDs: by default the sender's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Beside
    sender: Annotated[str, AfterValidator(parse_address)]
    sender_name: str = "Daykeeper"
    domain: Annotated[str, AfterValidator(parse_domain)] = ""

    @field_validator("folder")
    @classmethod
    def is_no_file(cls, place: Path) -> Path:
        """Return the folder's place; raises ValueError where a file stands there."""
        if place.exists() and not place.is_dir():
            raise ValueError("this is a file; give the path of a folder")
        return place

    @property
    def id_domain(self) -> str:
        """The right-hand side of a Message-ID."""
        return self.domain or self.sender.rpartition("@")[2]
