"""Where something stands in JSON: paths as RFC 9535 writes them, checked when the settings are read."""

from functools import cache
from typing import Annotated, Any

from jsonpath import CompoundJSONPath, JSONPath, JSONPathEnvironment, JSONPathError
from pydantic import AfterValidator

ENVIRONMENT = JSONPathEnvironment()
MANY = 1000  # values of one path; a row that has more is no row


class Deep(ValueError):
    """What a path was asked of is nested too deep to be looked through."""


@cache
def compiled(path: str) -> JSONPath | CompoundJSONPath:
    """Return a path ready for use; raises ValueError for what is none."""
    try:
        if path.startswith("$"):
            return ENVIRONMENT.compile(path)
    except (JSONPathError, ValueError):
        pass
    raise ValueError("this is no path; write it as $.meeting.id or $.staff[?@.role=='SW'].id")


def checked(path: str) -> str:
    """Return the path; raises ValueError for what is none."""
    compiled(path)
    return path


Path = Annotated[str, AfterValidator(checked)]


def values(path: str, of: Any) -> list[Any]:
    """Return everything that stands at a path; raises ValueError where that cannot be told."""
    found: list[Any] = []
    try:
        for match in compiled(path).finditer(of):
            found.append(match.obj)
            if len(found) > MANY:
                raise ValueError(f"gives more than {MANY} values")
    except (JSONPathError, RecursionError):
        raise Deep("cannot be looked through") from None
    return found


def value(path: str, of: Any) -> Any:
    """Return what stands at a path: None for nothing, a list where it stands in several places."""
    found = values(path, of)
    return found[0] if len(found) == 1 else found or None
