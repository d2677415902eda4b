"""What lies in an authority's folder and is not read as it was meant: a file for a folder, a stray name."""

from collections.abc import Iterator
from pathlib import Path

from daemon.domain.errors import Problem, Severity

READ = (".yaml", ".yml")  # the second is refused elsewhere, by name
README = "readme"


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
                yield Problem(f"{where}/{name}", "nothing reads this file", mend, Severity.WARNING)
