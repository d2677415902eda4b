"""What is kept outside the database: the journal's head in a state file, and what was sent in files beside it.

A state file is one JSON object. Beside it lies a folder with a file for each day and process: a line
before a message goes to the wire, and one with how that ended before the database is told.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from daemon.domain.delivery import DeliveryState
from daemon.domain.errors import Problem, Refusal
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice, NoticeState
from daemon.domain.sent import Head, Sent
from daemon.store.ground.columns import canonical
from daemon.store.ground.errors import NO_FILES, NoFreeFiles

KEPT_DAYS = 35
ACCEPTED = DeliveryState.ACCEPTED
WENT_OUT = frozenset({ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.SENDING})
OTHERS = 0o077
WORDS = frozenset({"because", "detail", "state", "message_id"})  # of a notice: not kept outside
NOTICE = tuple(one.name for one in fields(Notice) if one.name not in WORDS)
MEND = "restore it, or move it away and see `daykeeper release`"


class Outside:
    """The state file and the folder of what was sent, for one authority on one machine."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.folder = file.with_name(f"{file.name}.sent")
        self._own = uuid4().hex[:12]  # nobody writes on after somebody's broken last line
        self._writing = Lock()

    def head(self) -> Head | None:
        """Return the head that was kept, None where none was.

        Raises Refusal where it cannot be relied on, and NoFreeFiles where that cannot be told now.
        """
        try:
            if self.file.stat().st_mode & OTHERS:
                what = "others may read the state file"
                raise Refusal(Problem(str(self.file), what, f"run: chmod 600 {self.file}"))
            found = json.loads(self.file.read_text("utf-8"))
            return Head(
                int(found["number"]), str(found["hash"]), _moment(found["at"]), str(found["first"])
            )
        except FileNotFoundError:
            return None
        except OSError as error:
            _raise_if_for_now(error, self.file)
            what = f"the state file cannot be read ({error.strerror})"
            raise Refusal(
                Problem(str(self.file), what, "give it back to the service's user")
            ) from None
        except (ValueError, KeyError, TypeError):
            raise Refusal(Problem(str(self.file), "this is no state file", MEND)) from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only process of this machine that moves the head."""
        self._make_folder()
        opened = os.open(self.folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
            yield
        finally:
            os.close(opened)

    def keep(self, head: Head) -> None:
        """Put the head in the place of the last one: all of it or nothing, and on the disk."""
        text = canonical({**_plain(head), "at": head.at.isoformat()})
        part = self.file.with_name(f"{self.file.name}.part")
        _write(part, text + "\n", os.O_TRUNC)
        part.replace(self.file)
        _settle(self.file.parent)

    def note(self, sent: Sequence[Sent]) -> None:
        """Add what was sent to this process's file of the day; it is on the disk when this returns."""
        lines: dict[date, str] = {}
        for one in sent:
            lines[one.at.date()] = lines.get(one.at.date(), "") + _line(one) + "\n"
        with self._writing:
            for day, text in lines.items():
                path = self.folder / f"{day}.{self._own}.jsonl"
                is_new = not path.exists()
                if is_new:
                    self._make_folder()
                    with suppress(Refusal, NoFreeFiles):  # no reason not to write
                        self._forget_before(day - timedelta(days=KEPT_DAYS))
                _write(path, text, os.O_APPEND)
                if is_new:
                    _settle(self.folder)

    def sent(self, since: datetime | None = None) -> list[Sent]:
        """Return what went out or may have, each message once and the oldest first.

        Raises Refusal where a file is broken, and NoFreeFiles.
        """
        found: dict[str, Sent] = {}
        for day, path in self._files():
            if since is not None and day < since.date() - timedelta(days=1):
                continue
            for one in _read(path):
                before = found.get(one.id)
                if before is None or (one.outcome is ACCEPTED, one.at) >= (
                    before.outcome is ACCEPTED,
                    before.at,
                ):
                    found[one.id] = one
        went_out = [
            one if one.outcome is ACCEPTED else replace(one, outcome=DeliveryState.UNKNOWN)
            for one in found.values()
            if one.outcome in WENT_OUT and (since is None or one.at >= since)
        ]
        return sorted(went_out, key=lambda one: (one.at, one.person, one.id))

    def kept_from(self) -> date | None:
        """Return the day with which what is kept begins, None where nothing is."""
        return min((day for day, _ in self._files()), default=None)

    def _files(self) -> list[tuple[date, Path]]:
        """Return the files with their days; a folder that cannot be looked into is never taken for an empty one."""
        try:
            paths = list(self.folder.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            _raise_if_for_now(error, self.folder)
            what = f"what was sent cannot be read ({error.strerror})"
            raise Refusal(
                Problem(str(self.folder), what, "give it back to the service's user")
            ) from None
        return sorted(
            (date.fromisoformat(path.name[:10]), path)
            for path in paths
            if path.match("????-??-??.*.jsonl")
        )

    def _forget_before(self, day: date) -> None:
        for other, path in self._files():
            if other < day:
                path.unlink(missing_ok=True)

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _read(path: Path) -> Iterator[Sent]:
    """Yield a file's messages; a last line without its end was never finished, and its message never recorded."""
    try:
        *lines, _ = path.read_text("utf-8").split("\n")
        for line in lines:
            yield _sent(json.loads(line))
    except FileNotFoundError:  # its day has just passed out of what is kept
        return
    except (OSError, ValueError, KeyError, TypeError) as error:
        _raise_if_for_now(error, path)
        what = "it cannot be read as what was sent"
        raise Refusal(Problem(str(path), what, "restore it, or move it away")) from None


def _raise_if_for_now(error: Exception, what: Path) -> None:
    """Raise NoFreeFiles where a file could not be opened for want of room for it."""
    if isinstance(error, OSError) and error.errno in NO_FILES:
        raise NoFreeFiles(str(what)) from None


def _line(one: Sent) -> str:
    plain = _plain(one) | {
        "at": one.at.isoformat(),
        "notices": [_bare(each) for each in one.notices],
    }
    return canonical(plain)


def _bare(notice: Notice) -> dict[str, Any]:
    plain = {name: getattr(notice, name) for name in NOTICE}
    key = [getattr(notice.key, name) for name in Key.__slots__]
    return plain | {
        "key": key, "at": notice.at.isoformat(), "made_at": notice.made_at.isoformat(), "refs": list(notice.refs),
    }  # fmt: skip


def _sent(plain: Mapping[str, Any]) -> Sent:
    return Sent(
        plain["id"], _moment(plain["at"]), DeliveryState(plain["outcome"]), plain["person"],
        plain["channel"], plain["family"], Lane(plain["lane"]),
        tuple(_notice(one, plain["id"]) for one in plain["notices"]),
    )  # fmt: skip


def _notice(plain: Mapping[str, Any], message: str) -> Notice:
    read = {
        "key": Key(*plain["key"]), "kind": Kind(plain["kind"]), "lane": Lane(plain["lane"]),
        "at": _moment(plain["at"]), "made_at": _moment(plain["made_at"]), "refs": tuple(plain["refs"]),
    }  # fmt: skip
    rest = {"because": "", "state": NoticeState.CLAIMED, "message_id": message}
    return Notice(**{name: plain[name] for name in NOTICE} | read | rest)


def _plain(value: Head | Sent) -> dict[str, Any]:
    return {one.name: getattr(value, one.name) for one in fields(value)}


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _write(path: Path, text: str, how: int) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | how, 0o600)
    before = os.fstat(opened).st_size
    try:
        left = text.encode()
        while left:
            left = left[os.write(opened, left) :]
        os.fsync(opened)
    except OSError:
        if how == os.O_APPEND:
            os.ftruncate(opened, before)  # half a line would spoil what is written after it
        raise
    finally:
        os.close(opened)


def _settle(folder: Path) -> None:
    """Have a folder's new names on the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
