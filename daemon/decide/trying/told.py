"""One notice of a simulation: who would be told what, and when."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from daemon.domain.times import iso


class Notice(NamedTuple):
    """What goes to one person by one channel; `ref` None: a list, of the cases in `refs`.

    `to` None: nobody holds the role. `group` is what it travels together with.
    """

    at: datetime
    ref: str | None
    refs: tuple[str, ...]
    obligation: str | None
    rung: str
    kind: str
    role: str
    agency: str | None
    to: str | None
    via: str
    message: str
    group: str
    because: str

    @property
    def bundle(self) -> tuple[datetime, str, str, str]:
        """The message in which it travels."""
        return (self.at, self.to or self.role, self.via, self.group)

    def line(self) -> dict[str, Any]:
        """Return it as outside tools read it (DOMAIN section 4)."""
        at = iso(self.at)
        return {
            "at": at, "ref": self.ref, "refs": list(self.refs), "obligation": self.obligation,
            "rung": self.rung, "kind": self.kind, "role": self.role, "agency": self.agency,
            "to": self.to, "via": self.via, "message": self.message,
            "bundle": f"{at}/{self.to or self.role}/{self.via}/{self.group}", "because": self.because,
        }  # fmt: skip


def with_bundles(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines with `refs` naming every case of the message that each travels in."""
    found = [dict(line) for line in lines]
    together: dict[str, set[str]] = {}
    for line in found:
        together.setdefault(line["bundle"], set()).update(line["refs"])
    for line in found:
        line["refs"] = sorted(together[line["bundle"]])
    return found
