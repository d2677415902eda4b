"""The table of the settings that is about traces: where they go, and how many of them."""

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from daemon.domain.errors import Problem, Refusal
from daemon.domain.secret import is_loopback, private_file
from daemon.settings.table import Table


def collector(text: str) -> str:
    """Return the address of a collector that takes OTLP over HTTP; raises ValueError."""
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and is_loopback(parts.hostname or "")
    )
    if not is_safe or not parts.hostname or parts.username or parts.query:
        raise ValueError("this is no collector; write https://HOST/v1/traces, without a login")
    return text


class Traces(Table):
    """Where spans go by OpenTelemetry, and how many of them."""

    endpoint: Annotated[str, AfterValidator(collector)]
    """The collector, which takes OTLP over HTTP."""
    share: float = Field(default=1.0, ge=0, le=1)
    """Of which share of the rounds and sends is told: 1 is all, 0.1 one in ten."""
    header_file: Path | None = None
    """A file of one line, `Name: value`, that shows the collector who we are; it is secret."""
    ca_file: Path | None = None
    """The certificates to trust in place of the system's."""
    timeout_s: float = Field(default=10, gt=0, le=60)
    """How long one call to the collector may take; what fails is left out, and holds nothing up."""

    def headers(self) -> dict[str, str]:
        """Return what shows the collector who we are; raises Refusal where it cannot be relied on."""
        if self.header_file is None:
            return {}
        where = str(self.header_file)
        try:
            line = private_file(self.header_file).read_text("ascii").strip()
        except OSError:
            raise Refusal(Problem(where, "it cannot be read", "put one line into it")) from None
        except ValueError as error:
            what, _, how = str(error).partition("; ")
            raise Refusal(Problem(where, what, how or "put one line into it")) from None
        name, colon, value = line.partition(":")
        if not (name.strip() and colon and value.strip()) or "\n" in line:
            raise Refusal(Problem(where, "this is no header", "write one line, Name: value"))
        return {name.strip(): value.strip()}

    def beside(self, folder: Path) -> Self:
        """Return the table with its files looked for in that folder."""
        found = {
            name: folder / path
            for name in ("header_file", "ca_file")
            if (path := getattr(self, name)) is not None
        }
        return self.model_copy(update=found)
