"""What an authority sets for its census files: where they are dropped, and how old they count as."""

from typing import Literal

from pydantic import Field

from daemon.returns.folder import Options


class Config(Options):
    """The options of a `cin_census` feed.

    `as_known`: the data is as old as the return says ("return": the end of its reference date, and
    no younger than when it was made), or as its file ("file": where the reference date is only the
    end of the census year).
    """

    files: str = "*.xml"
    largest_bytes: int = Field(default=200_000_000, gt=0)
    as_known: Literal["return", "file"] = "return"
