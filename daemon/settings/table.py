"""What every table of the settings is made of."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from daemon.settings.written import duration

Duration = Annotated[timedelta, BeforeValidator(duration)]
Word = Annotated[str, Field(min_length=1)]


class Table(BaseModel):
    """A table of the file: no other keys, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)
