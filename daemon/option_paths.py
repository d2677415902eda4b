"""Paths among an adapter's options: a relative one stands beside the settings, and a secret's file is ours alone."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from daemon.domain.secret import file_beside, private_file


def base_of(info: ValidationInfo) -> Path:
    """Return the folder of the settings; the working directory where options are checked without any."""
    return Path((info.context or {}).get("base", "."))


def _beside(path: Path, info: ValidationInfo) -> Path:
    return base_of(info) / path


def _file(path: Path, info: ValidationInfo) -> Path:
    return file_beside(path, base_of(info))


def secret_file(path: Path, info: ValidationInfo) -> Path:
    """Return the file's place; raises ValueError where there is none, or others on this machine may read it."""
    return private_file(file_beside(path, base_of(info)))


Beside = Annotated[Path, AfterValidator(_beside)]
"""A file or folder that need not be there yet."""
FileBeside = Annotated[Path, AfterValidator(_file)]
"""A file that is there."""
SecretFile = Annotated[Path, AfterValidator(secret_file)]
"""A file that is there, and that nobody else on this machine may read."""
