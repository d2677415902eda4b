"""What lies in an authority's folder and is not read as it was meant: a file for a folder, a stray name."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from daemon.domain.errors import Problem, Severity

READ = (".yaml", ".yml")  # the second is refused elsewhere, by name
README = "readme"
UNREAD = "nothing reads this file"
MOST_UNREAD = 3  # files of one folder, each with a line of its own
FOLDERS = (
    "changes",
    "scenarios",
)  # whose files are read, so that each that is not has its own mend


def strays(folder: Path, parts: tuple[str, ...]) -> Iterator[Problem]:
    """Yield an error for each part that is no folder, and a warning for each file in one that nothing reads."""
    for part in parts:
        inner = folder / part
        where = f"{folder.resolve().name}/{part}"
        if not inner.is_dir():
            if inner.is_symlink() or inner.exists():
                what, mend = (
                    "this is no folder",
                    f"make a folder of it, with files {part}/NAME.yaml",
                )
                yield Problem(where, what, mend)
            continue
        for path in sorted(inner.rglob("*")):
            is_hidden = any(one.startswith(".") for one in path.relative_to(inner).parts)
            is_ours = path.suffix.casefold() in READ or path.stem.casefold() == README
            if not (is_hidden or is_ours or path.is_dir()):
                name = path.relative_to(inner).as_posix()
                mend = "name it NAME.yaml if it should be, or take it away"
                yield Problem(f"{where}/{name}", UNREAD, mend, Severity.WARNING)


def in_one_line(problems: Iterable[Problem], folder: Path, policies: Path | None) -> list[Problem]:
    """Return the problems, with one in the place of all that say of a folder's files that nothing reads them.

    `folder` is an authority's own, `policies` those that it names: they do not belong into it.
    """
    own, every = folder.resolve(), list(problems)
    at = policies.resolve() if policies else own
    within = at.relative_to(own) if own in at.parents else None
    many = Counter(_part(one, own.name) for one in every if one.what == UNREAD)
    found: dict[Problem, None] = {}
    for one in every:
        part = _part(one, own.name) if one.what == UNREAD else ""
        if not part or many[part] <= MOST_UNREAD:
            found[one] = None
            continue
        mend = one.mend
        if within and part == within.parts[0]:
            beside = f'move them, and write "policies: ../{within.as_posix()}"'
            mend = f"policies lie beside an authority's folder: {beside}"
        what = f"nothing reads {many[part]} files in it"
        found[Problem(f"{own.name}/{part}", what, mend, one.severity)] = None
    return list(found)


def _part(problem: Problem, own: str) -> str:
    """Return the folder of the authority's that a file lies in; empty for none, and for one that is read."""
    root, _, rest = problem.where.partition("/")
    part, is_below, _ = rest.partition("/")
    return part if root == own and is_below and part not in FOLDERS else ""
