"""What an authority sets for records that are posted: the secret by which their sender is known."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from daemon.domain.secret import file_beside, private_file


class Config(BaseModel):
    """The options of a `posted_records` feed.

    A signature holds for `window_s` about its moment. `carries` names the facts that can ever come;
    without it, any may.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret_file: Path
    window_s: float = Field(default=300, gt=0, le=3600)
    carries: frozenset[str] | None = None

    @field_validator("secret_file")
    @classmethod
    def _is_private(cls, path: Path, info: ValidationInfo) -> Path:
        return private_file(file_beside(path, Path((info.context or {}).get("base", "."))))
