"""The shape of every file: which keys it has, and a sheet that reads them and collects mistakes."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from daemon.domain.errors import Problem, Severity
from daemon.domain.vocabulary import guess
from daemon.rulebook.language.marks import Node, Rows, Table, Text, marked, read
from daemon.rulebook.language.phrases import Misread

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys of one table: those that must be there, and those that may."""

    needed: tuple[str, ...]
    allowed: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that is read."""
        return self.needed + self.allowed


RULE = Shape(
    ("rule", "title", "why", "clauses", "for", "when", "responsible", "ladder"),
    (
        *("basis", "starts", "opens", "due", "late_start", "met_by", "met_by_all", "met_by_each"),
        *("withdrawn_when", "approval", "relies_on", "remarks", "todo"),
        *("never_rests", "met_from_opening", "met_by_due", "held_elsewhere", "after_death"),
        *("hides_date", "safety", "further"),
    ),
)
LATE_START = Shape(("from", "due"))
APPROVAL = Shape(("question", "of", "answers", "reasons"), ("another_than", "new_date"))
RUNG = Shape(
    ("at", "tell", "via", "message"),
    ("name", "ask", "offer", "offer_to", "encloses", "urgent", "house", "repeat"),
)
REMARK = Shape(("if", "say"), ("overdue",))
MESSAGE = Shape(("message", "subject", "lead"), ("clear", "outside"))
OUTSIDE = Shape(("lead",), ("clear",))
PACK = Shape(
    ("pack", "title", "division", "fallback"),
    (
        *("stands_on", "promise_cap", "weekly_summary", "effective_from", "applies"),
        *("carries", "replaces", "omits", "roles", "letters", "review_by", "attendance"),
        *("transfer_needs", "stands_in", "trial"),
    ),
)
SUMMARY = Shape(("day", "at", "tell", "via"), ("message",))
ATTENDANCE = Shape((), ("excused_by", "quorum"))
INVITATION = Shape(
    ("invitation", "title", "clauses", "for", "when", "sends_for", "words"),
    ("encloses", "encloses_for_family", "family_joins_online"),
)
DIGEST = Shape(
    ("digest", "title", "clauses", "every", "tell", "via", "shows", "within", "own", "message")
)
REPORT = Shape(("report", "title", "clauses", "figures"))
SOURCE_KINDS = ("rule", "message", "invitation", "approval", "digest", "report", "record", "people")
SOURCE = Shape((), (*SOURCE_KINDS, "about"))
VOCABULARY = Shape(
    ("facts", "roles", "agencies", "meetings", "channels", "feed_roles"),
    ("documents", "figures", "told_because"),
)
FACT = Shape(("label",), ("values", "default", "future"))
HOLIDAYS = Shape(("division", "title", "source", "known_from", "known_until", "days"))
HOLIDAY = Shape(("date", "name"))
SCENARIO = Shape(
    ("scenario", "from", "to", "expect"),
    ("rule", "invitation", "digest", "record", "records", "state"),
)
EXPECTED = Shape(("at", "rung", "to"))
STATE = Shape(("at", "is"), ("due", "for"))


class Sheet:
    """One table of a file. What cannot be read is told to `problems` and answered with nothing."""

    def __init__(
        self, path: str, table: Table, shape: Shape | None, problems: list[Problem]
    ) -> None:
        """Take the table, and report keys that are unknown or missing; no shape: any keys."""
        self.path, self.table, self.problems = path, table, problems
        if shape is None:
            return
        for key in self.keys:
            if key not in shape.keys:
                self.wrong(key, f'"{key}" is no key here', guess(key, shape.keys), line=key.line)
        for needed in shape.needed:
            if not self.has(needed):
                self.wrong("", f'the key "{needed}" is missing', f'add a line "{needed}: …"')

    @property
    def keys(self) -> tuple[Text, ...]:
        """The keys as they are written, in order."""
        return tuple(self.table.entries)

    def wrong(
        self,
        key: str,
        what: str,
        mend: str,
        *,
        line: int | None = None,
        severity: Severity = Severity.ERROR,
        of_wording: bool = False,
    ) -> None:
        """Report a mistake at the key's line, or at the table's where there is none."""
        node = self._node(key)
        at = line or getattr(node, "line", None) or self.table.line
        where = f"{self.path}:{at}: {key}" if key else f"{self.path}:{at}"
        self.problems.append(Problem(where, what, mend, severity, of_wording))

    def has_failed(self, since: int) -> bool:
        """Return whether an error was told after the first so many problems.

        A warning keeps nothing from being made, nor does wording alone: what is in force goes on with it.
        """
        told = self.problems[since:]
        return any(one.severity is Severity.ERROR and not one.of_wording for one in told)

    def _node(self, key: str) -> Node | None:
        return self.table.get(key)

    def has(self, key: str) -> bool:
        """Return whether the key is written."""
        return self._node(key) is not None

    def text(self, key: str) -> Text:
        """Return the key's text; empty where there is none."""
        node = self._node(key)
        if isinstance(node, Text) and node.strip():
            return node
        if node is not None:
            self.wrong(key, "one text belongs here", f'write "{key}: …" in one line')
        return marked("", self.table.line)

    def read(self, key: str, reader: Callable[[str], T]) -> T | None:
        """Return the text as `reader` understands it, or None where it is missing or misread."""
        if not self.has(key):
            return None
        text = self.text(key)
        if not text:
            return None
        return self.attempt(key, text, reader)

    def attempt(self, key: str, text: Text, reader: Callable[[str], T]) -> T | None:
        """Return the text as `reader` understands it, its Misread told as a problem."""
        try:
            return reader(text)
        except Misread as error:
            self.wrong(key, error.what, error.mend, line=text.line)
            return None

    def flag(self, key: str) -> bool:
        """Return whether the key says true; it may be left out."""
        if self.has(key) and self.text(key) not in ("true", "false"):
            self.wrong(key, "only true or false belongs here", "write one of them, without quotes")
        return self._node(key) == "true"

    def words(self, key: str) -> tuple[Text, ...]:
        """Return one word or a list of them, each once."""
        node = self._node(key)
        if node is None:
            return ()
        items: Iterable[Node] = node.items if isinstance(node, Rows) else (node,)
        words: list[Text] = []
        for item in items:
            if not isinstance(item, Text) or not item.strip():
                self.wrong(
                    key, "only words belong here", f'write "{key}: [one, another]"', line=item.line
                )
            elif item in words:
                self.wrong(
                    key, f'"{item}" stands here twice', "keep one of the two", line=item.line
                )
            else:
                words.append(item)
        return tuple(words)

    def among(self, key: str, choices: Container[str], kind: str) -> tuple[Text, ...]:
        """Return the words, each of which must be one of the choices; `kind` is what they are."""
        words = self.words(key)
        for word in words:
            if word not in choices:
                mend = guess(word, choices)  # type: ignore[arg-type]
                self.wrong(key, f'no {kind} is called "{word}"', mend, line=word.line)
        if not words and self.has(key) and not isinstance(self._node(key), Text):
            self.wrong(key, f"at least one {kind} belongs here", f'write "{key}: [one, another]"')
        return words

    def sheets(self, key: str, shape: Shape | None) -> list["Sheet"]:
        """Return the tables of a list."""
        node = self._node(key)
        if node is None:
            return []
        found = (
            [item for item in node.items if isinstance(item, Table)]
            if isinstance(node, Rows)
            else []
        )
        if not isinstance(node, Rows) or len(found) != len(node.items):
            self.wrong(
                key,
                "a list of tables belongs here",
                'begin each with "- " and write its keys below',
            )
        return [Sheet(self.path, item, shape, self.problems) for item in found]

    def sheet(self, key: str, shape: Shape | None) -> "Sheet | None":
        """Return the table under a key."""
        node = self._node(key)
        if isinstance(node, Table):
            return Sheet(self.path, node, shape, self.problems)
        if node is not None:
            self.wrong(key, "a table belongs here", "write its keys below, two spaces further in")
        return None


@dataclass(frozen=True, slots=True)
class Desk:
    """What a compilation works on: the files by path, the word before each path, what is wrong."""

    texts: Mapping[str, str]
    root: str
    problems: list[Problem]

    def open(self, file: str, shape: Shape | None) -> Sheet:
        """Return a file's sheet; one that is no clean YAML is empty, and told to `problems`."""
        path = f"{self.root}/{file}"
        table, found = read(self.texts[file], path)
        self.problems.extend(found)
        if table is None or found:  # its keys would be reported for what the marks have said
            return Sheet(path, Table({}, 1), None, self.problems)
        return Sheet(path, table, shape, self.problems)

    def wrong(self, place: str, what: str, mend: str) -> None:
        """Report what has no line: a file or folder that is missing or too much."""
        self.problems.append(Problem(f"{self.root}/{place}", what, mend))
