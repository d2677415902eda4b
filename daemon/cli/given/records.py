"""Case records in a file that somebody names: one JSON object, a list of them, or JSON lines."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from daemon.domain.errors import Problem, Refusal
from daemon.rehearsal.records import bare, said_by_feed

BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def read_bodies(path: str) -> Iterator[tuple[str, Any]]:
    """Yield each record of a file with its place; what `feed read --json` prints is such a file.

    Of JSON lines one that is no JSON is yielded as None: it is answered with a problem, and the rest
    goes on. A key that stands twice is said on standard error, for the first one is lost. Raises
    Refusal where the file cannot be read at all, is empty, or is no JSON from its first line to its last.
    """
    file = Path(path)
    text = _text(path)
    if not text.strip():
        what, mend = "the file is empty: there is no record in it", "name a file of case records"
        raise Refusal(Problem(path, what, mend))
    twice: list[str] = []
    try:
        whole = _loads(text, twice)
    except (ValueError, RecursionError) as error:
        lines = list(_lines(file.name, text, twice))
        if all(body is None for _, body in lines):
            raise Refusal(_not_whole(path, error)) from None
        _say_twice(path, twice)
        yield from lines
        return
    _say_twice(path, twice)
    if whole == []:
        sys.stderr.write(f"{path}: there is no record in it; name a file of case records\n")
    elif isinstance(whole, list):
        yield from ((f"{file.name}[{index}]", bare(body)) for index, body in enumerate(whole))
    else:
        yield file.name, bare(whole)


def _text(path: str) -> str:
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise Refusal(Problem(path, what, "name a file of case records")) from None
    encoding = next((name for mark, name in BOMS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise Refusal(Problem(path, "is not UTF-8 text", "save it as UTF-8")) from None


def _lines(name: str, text: str, twice: list[str]) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                body = bare(_loads(line, twice))
            except (ValueError, RecursionError):
                body = None
            if told := said_by_feed(f"{name}:{number}", body):
                sys.stderr.write(f"{told}\n")
            else:
                yield f"{name}:{number}", body


def _loads(text: str, twice: list[str]) -> Any:
    """Return what the text says; keys that one object has twice are added to `twice`."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) < len(found):
            names = [name for name, _ in found]
            twice.extend(name for name in made if names.count(name) > 1)
        return made

    return json.loads(text, object_pairs_hook=pairs)


def _say_twice(path: str, twice: list[str]) -> None:
    for name in dict.fromkeys(twice):
        what = f'"{name}" stands twice in one object, and the last one counts'
        sys.stderr.write(f"{Problem(path, what, 'keep one of the two')}\n")


def _not_whole(path: str, error: Exception) -> Problem:
    where = (
        f"{path}:{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else path
    )
    return Problem(where, "this is not whole JSON", "see whether the file was cut short")
