"""What the register's feed must be told."""

from pydantic import BaseModel, ConfigDict, Field

from daemon.option_paths import Beside


class Config(BaseModel):
    """Options of the feed. A relative path lies beside the settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Beside
    largest_bytes: int = Field(default=10_000_000, gt=0)
