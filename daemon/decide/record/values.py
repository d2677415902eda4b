"""The values of a record's fields: each read leniently, each mistake reported with its place and its mend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from daemon.decide.people.recipients import FAMILY
from daemon.decide.record.elsewhere import is_no_name, is_nobody
from daemon.domain.errors import Problem, Severity
from daemon.domain.facts import Fact, moment
from daemon.domain.vocabulary import Vocabulary, guess

FIRST_YEAR, LAST_YEAR = 1990, 2100
NO = frozenset({"no", "n", "false", "f", "0", "not", "never", "not yet", "not held", "not done"})
PERSONAL = frozenset(
    [
        "name",
        "names",
        "forename",
        "forenames",
        "first_name",
        "firstname",
        "middle_name",
        "surname",
        "last_name",
        "lastname",
        "full_name",
        "known_as",
        "address",
        "addresses",
        "address_line_1",
        "address_line_2",
        "postcode",
        "notes",
        "note",
        "narrative",
        "comment",
        "comments",
        "description",
        "concern",
        "concerns",
        "outcome_comments",
        "reason_text",
        "free_text",
        "phone",
        "telephone",
        "mobile",
        "nhs_number",
    ],
)


def is_personal(key: str) -> bool:
    """Return whether a key names a field for a name, an address or narrative, which we never keep."""
    word = key.strip().lower().replace("-", "_").replace(" ", "_")
    return word in PERSONAL or word.endswith(
        ("_name", "_address", "_surname", "_forename", "_notes")
    )


def is_no(value: object) -> bool:
    """Return whether a value clearly says that something has not happened."""
    if isinstance(value, str):
        return " ".join(value.casefold().replace("_", " ").split()) in NO
    return isinstance(value, bool | int) and not value


def parts_of(body: object, key: str) -> list[Mapping[str, Any]]:
    """Return the meetings, invitees or plans of a body; none where it is spoilt, as what is stored may be."""
    parts = body.get(key) if isinstance(body, Mapping) else None
    listed = parts if isinstance(parts, list) else []
    return [one for one in listed if isinstance(one, Mapping)]


def is_of_family(invitee: Mapping[str, Any]) -> bool:
    """Return whether an invitee is one of the family; one that says so in words of its own is, too."""
    is_said = invitee.get("is_family") not in (None, False)
    return is_said or str(invitee.get("role")).strip() in FAMILY


def parse_moment(text: object) -> tuple[datetime, bool]:
    """Return the UTC instant and whether only a date was given; raises ValueError with a reason."""
    if not isinstance(text, str):
        raise ValueError("is not a date")
    try:
        value = _parse(text)
    except ValueError:
        raise ValueError("is not a date that exists") from None
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"lies outside {FIRST_YEAR} to {LAST_YEAR}")
    return moment(value)


def _parse(text: str) -> date:
    try:
        return date.fromisoformat(text)  # however it is written: 20260302 is a whole day, too
    except ValueError:
        return datetime.fromisoformat(text)


def printable(text: str) -> str:
    """Return a text that any output takes: JSON can hold halves of letters and NUL."""
    return text.replace("\x00", "").encode(errors="replace").decode()


@dataclass(slots=True)
class Values:
    """Reads single fields of one record, and gathers what is wrong with them. No value is repeated in a problem."""

    words: Vocabulary
    ref: str = ""
    problems: list[Problem] = field(default_factory=list)

    def report(self, where: str, what: str, mend: str, severity: Severity = Severity.ERROR) -> None:
        """Note a problem; `where` is the place within the record."""
        place = f"{self.ref}: {where}" if self.ref else where
        self.problems.append(Problem(printable(place), what, mend, severity))

    def keys(self, body: Mapping[str, Any], allowed: Mapping[str, object], where: str) -> None:
        """Report keys that the contract does not have; those for names and narrative as dropped."""
        for key in body:
            if key in allowed:
                continue
            if is_personal(key):
                self.report(
                    f"{where}{key}", "this field was dropped before anything was stored",
                    "take it out of the feed: names, addresses and narrative are never kept", Severity.WARNING,
                )  # fmt: skip
            else:
                self.report(f"{where}{key}", "no such field", guess(key, allowed), Severity.WARNING)

    def unaddressed(self, named: Any, where: str) -> Any:
        """Return who of a family is named, without any e-mail address: none is held (READINGS section 2, 4)."""
        given = named if isinstance(named, list | tuple) else [named]
        kept = [one for one in given if not (isinstance(one, str) and "@" in one)]
        if len(kept) == len(given):
            return named
        self.report(
            where, "this e-mail address was dropped before anything was stored",
            "take it out of the feed: no address of a member of a family is ever kept", Severity.WARNING,
        )  # fmt: skip
        return kept if isinstance(named, list | tuple) else None

    def text(self, body: Mapping[str, Any], key: str, where: str = "") -> str | None:
        """Return a word or id, None where there is none."""
        value = body.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.report(f"{where}{key}", "is not text", "give one word or id")
            return None
        return printable(str(value)).strip() or None

    def authority(self, body: Mapping[str, Any], key: str) -> str | None:
        """Return which other authority is named; a word for nobody, our own name or no name at all is none."""
        if body.get(key) in (0, False):
            return None
        name = self.text(body, key)
        if name is None or is_nobody(name, self.words):
            return None
        if is_no_name(name):
            self.report(
                key, "is no authority's name; the plan counts as ours",
                "name the other authority, or leave it empty",
            )  # fmt: skip
            return None
        return name

    def texts(self, body: Mapping[str, Any], key: str, where: str = "") -> tuple[str, ...]:
        """Return a list of words; one word alone is a list of one."""
        value = body.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list | tuple) else [value]
        words = [printable(item).strip() for item in items if isinstance(item, str)]
        found = tuple(filter(None, words))
        if len(found) != len(items):
            self.report(f"{where}{key}", "holds something that is not text", "give a list of ids")
        return found

    def person(self, invitee: Mapping[str, Any], where: str) -> str | None:
        """Return who an invitee is; one of the family has no e-mail address."""
        found = self.text(invitee, "person", where)
        return self.unaddressed(found, f"{where}person") if is_of_family(invitee) else found

    def people(self, roles: Mapping[str, Any], role: str) -> tuple[str, ...]:
        """Return who holds a role; those of a family have no e-mail address."""
        found = self.texts(roles, role, "roles.")
        return tuple(self.unaddressed(found, f"roles.{role}")) if role in FAMILY else found

    def choice(
        self, body: Mapping[str, Any], key: str, choices: Sequence[str], where: str
    ) -> str | None:
        """Return one word of a closed list, in whatever case; None (and a problem) where it is none of them."""
        value = self.text(body, key, where)
        word = value.casefold() if value else value
        if word is None or word in choices:
            return word
        self.report(
            f"{where}{key}",
            "has a value that is not in its list",
            f"use one of: {', '.join(choices)}",
        )
        return None

    def flag(self, body: Mapping[str, Any], key: str, where: str = "") -> bool | None:
        """Return true, false, or None."""
        value = body.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.report(f"{where}{key}", "is neither true nor false", "write true, false or null")
        return None

    def whole(self, body: Mapping[str, Any], key: str, where: str) -> int | None:
        """Return a number from 1, or None."""
        value = body.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.report(f"{where}{key}", "is not a number from 1", "leave it out, or count from 1")
            return None
        return value

    def instant(
        self, body: Mapping[str, Any], key: str, where: str = ""
    ) -> tuple[datetime, bool] | None:
        """Return a UTC instant and whether only its day was given, or None."""
        value = body.get(key)
        if value is None or value == "":
            return None
        try:
            return parse_moment(value)
        except ValueError as error:
            self.report(
                f"{where}{key}",
                str(error),
                "give a date as 2026-03-02 or a time as 2026-03-02T15:10",
            )
            return None

    def moment(self, body: Mapping[str, Any], key: str, where: str = "") -> datetime | None:
        """Return a UTC instant, that of a day's beginning where only its day was given, or None."""
        found = self.instant(body, key, where)
        return found[0] if found else None

    def day(self, body: Mapping[str, Any], key: str, where: str = "") -> date | None:
        """Return a London date, or None."""
        found = self.instant(body, key, where)
        return Fact("", *found).day if found else None
