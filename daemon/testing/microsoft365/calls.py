"""One call of the stand-in's: what came, what goes back, and what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

IMMUTABLE = 'idtype="immutableid"'


@dataclass(frozen=True, slots=True)
class Call:
    """A request below the version's path. `parts` are what the path names, in order: a mailbox first."""

    method: str
    path: str
    parts: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    prefers: str = ""
    origin: str = ""

    @property
    def mailbox(self) -> str:
        """The mailbox that it is about, in small letters; empty for none."""
        return self.parts[0].lower() if self.path.startswith("/users/") and self.parts else ""

    @property
    def is_immutable(self) -> bool:
        """It asks for ids that stay when an item moves."""
        return IMMUTABLE in self.prefers.replace(" ", "").lower()

    def argument(self, name: str) -> Any:
        """Return one parameter of an action, however its name is written."""
        found = {key.lower(): value for key, value in self.body.items()}
        return found.get(name.lower())


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `body` None: an empty one."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """An answer that is an error of the service's."""

    def __init__(self, status: int, code: str, **headers: str) -> None:
        super().__init__(code)
        self.reply = Reply(status, {"error": {"code": code, "message": f"{code}."}}, headers)
