"""What a run reads and keeps for itself, and will not start without: its rules, the links' key, the state file."""

import os
from collections.abc import Iterator
from pathlib import Path

from daemon.app import link_key, outside_of
from daemon.auditor.told import told_file
from daemon.cli.examining.machine import file_of
from daemon.domain.errors import Refusal
from daemon.examined import Finding, fault, fine
from daemon.rulebook import sound
from daemon.settings.whole import Settings
from daemon.store import NoFreeFiles

OWN = "have it given to the service's user, on a disk that it may write to"
Found = tuple[str, Finding]


def examine_own_files(settings: Settings) -> Iterator[Found]:
    """Yield how it stands with each; none is made or changed, and of the rules only those of a folder are read."""
    if settings.rulebook is not None:
        yield "rulebook", _rules(settings.rulebook)
    yield "web.secret_file", _key(settings.web.secret_file)
    yield from examine_records(settings)
    if settings.audit and settings.audit.mail:
        yield "audit.told_file", _told(told_file(settings, settings.audit))


def examine_records(settings: Settings) -> Iterator[Found]:
    """Yield how it stands with the state file, and with a database that is a file and cannot be written."""
    yield "state_file", _state(settings)
    if (file := file_of(settings.database)) is not None and file.exists() and not _takes(file):
        yield "database", fault(f"{file} cannot be written", OWN)


def _rules(folder: Path) -> Finding:
    try:
        sound(folder)
    except Refusal as refusal:
        many, first = len(refusal.problems), refusal.problems[0]
        more = "" if many == 1 else f"{many} mistakes, the first one "
        return fault(f"{more}{first.where}: {first.what}", "`daykeeper check` tells every mistake")
    return fine("there is no mistake in it")


def _key(file: Path) -> Finding:
    try:
        if file.exists():
            link_key(file)
            return fine("the key that signs links is ours to read alone")
    except Refusal as refusal:
        return fault(f"{file}: {refusal.problems[0].what}", refusal.problems[0].mend)
    except OSError as error:
        return fault(f"{file} cannot be read ({error.strerror})", OWN)
    if _takes(file):
        return fine("the key that signs links is made at the first start")
    return fault(f"no key that signs links can be made: {file} cannot be written", OWN)


def _state(settings: Settings) -> Finding:
    file = outside_of(settings).file
    try:
        head = outside_of(settings).head()
    except Refusal as refusal:
        return fault(f"{file}: {refusal.problems[0].what}", refusal.problems[0].mend)
    except NoFreeFiles:
        return fault("this process may open no more files", "raise its limit of open files")
    if not _takes(file):
        return fault(f"{file} cannot be written: a restore would not be noticed", OWN)
    return fine("it can be written" if head else "it is made at the first start")


def _told(file: Path) -> Finding:
    part = file.with_name(
        f"{file.name}.part"
    )  # it is replaced as a whole, so the folder must take files
    if file.is_dir() or part.is_dir() or not (_takes(part) and os.access(_nearest(file), os.W_OK)):
        what = "a restart of the auditor tells all of it again"
        return fault(f"{file} cannot be written: {what}", OWN)
    return fine("what the auditor has told can be kept")


def _takes(file: Path) -> bool:
    """Return whether we may write this file, or make it and the folders that are missing above it."""
    if file.exists():
        return os.access(file, os.W_OK)
    there = _nearest(file)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _nearest(file: Path) -> Path:
    return next(one for one in file.absolute().parents if one.exists())
