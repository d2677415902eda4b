"""What options say alike wherever they stand: the columns of a fact, and by whom a server is vouched for."""

import ssl
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class FactColumns(BaseModel):
    """The columns, or headers, under which a fact's date, value and "about" stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str
    value: str | None = None
    about: str | None = None


def columns_of(given: str | FactColumns) -> FactColumns:
    """Return the columns of a fact; a name alone is the one of its date."""
    return FactColumns(at=given) if isinstance(given, str) else given


def tls(ca_file: Path | None) -> ssl.SSLContext:
    """Return TLS 1.2 or newer with the server's name verified, by the authorities of `ca_file` where it is given."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
