"""What the register's feed must be told."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator


class Config(BaseModel):
    """Options of the feed. A relative path lies beside the settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Path
    largest_bytes: int = Field(default=10_000_000, gt=0)

    @field_validator("file")
    @classmethod
    def place(cls, path: Path, info: ValidationInfo) -> Path:
        """Return the file's place."""
        return Path((info.context or {}).get("base", ".")) / path
