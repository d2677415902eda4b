"""By what a person is named to a command: one id or one plain address, and no other spelling of it."""

import re
from collections.abc import Collection
from unicodedata import category, normalize

from daemon.domain.errors import Problem, Refusal
from daemon.domain.mail import plain_address

APART = re.compile(r"[\s;,<>()\[\]]+")
MEND = 'give an id of the directory, or one address like "chair@council.example" and nothing else'


def mark(name: str) -> str:
    """Return a name as it is compared: without space around it, in small letters, each in its plain form."""
    return normalize("NFKC", normalize("NFKC", name).strip().casefold())


def base(name: str) -> str:
    """Return whose mailbox an address is: of what stands behind a + in it, most servers take no notice."""
    local, at, domain = mark(name).rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}" if at else domain


def spellings(name: str) -> frozenset[str]:
    """Return every mark that a text may mean: as it stands, and each address in it, whoever else stands beside.

    For lists that keep people out: a name that is written oddly must keep out whom it means.
    """
    whole = "".join(letter for letter in mark(name) if category(letter) != "Cf")
    parts = {part.removeprefix("mailto:").strip(".'\"") for part in APART.split(whole)}
    addresses = {part for part in parts if "@" in part}
    return frozenset({name.casefold(), whole, *addresses, *map(base, addresses)})


def one_person(where: str, given: str, known: Collection[str] = ()) -> str:
    """Return the id or address that was given, in its plain form; raises Refusal for anything else, or more than one.

    Of `known` marks each counts, however it is written. Letters stay large or small: ids are stored as they came.
    """
    name = normalize("NFKC", given).strip()
    if mark(name) in known:
        return name
    if not name:
        raise Refusal(Problem(where, "is empty", MEND))
    if not name.isprintable() or ("@" in name and plain_address(name) is None):
        raise Refusal(Problem(where, f"{given!a} is not one plain address", MEND))
    return name


def one_reader(where: str, given: str, known: Collection[str]) -> str:
    """Return the mark of who will read something; whom the directory does not know needs an address. Raises Refusal."""
    name = mark(one_person(where, given, known))
    if name not in known and "@" not in name:
        raise Refusal(Problem(where, f'nobody in the directory is called "{name}"', MEND))
    return name
