"""An edition: everything that an authority decides by at one time, read whole or not at all."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.decide.record.elsewhere import folded
from daemon.domain.authority import Authority
from daemon.domain.errors import Problem, Refusal, Severity
from daemon.domain.rules import Rulebook
from daemon.domain.times import OfficeHours
from daemon.domain.vocabulary import guess
from daemon.domain.working_days import WorkingDays
from daemon.rulebook.editions.taken_up import named_at, taken_up
from daemon.rulebook.language.marks import Text, read
from daemon.rulebook.language.schema import Desk
from daemon.rulebook.language.words import VOCABULARY_FILE, vocabulary
from daemon.rulebook.own.authority import AUTHORITY_FILE, authority, pack_of, put_into_packs
from daemon.rulebook.own.changes import FOLDER as CHANGES
from daemon.rulebook.own.changes import Changes
from daemon.rulebook.own.overlay import Overlay, chain
from daemon.rulebook.own.strays import strays
from daemon.rulebook.packs import holidays
from daemon.rulebook.packs import load as rulebooks
from daemon.rulebook.packs.pack import PACK_FILE, digest

DIVISION = "england-and-wales"
POLICIES, OWN = "policies", "authority"
SCENARIOS = "scenarios"
HIDDEN = re.compile(r"(^|/)\.")  # a repository's own folders, such as .github
PLACES = (AUTHORITY_FILE, CHANGES, SCENARIOS)


@dataclass(frozen=True, slots=True)
class Edition:
    """A rulebook with the calendar and the terms of its authority; none where it is of nobody in particular.

    `texts` are the rulebook's, changes and all; `written` is what it was made from, below
    `policies/` and `authority/`, and makes the same again. `digest` covers all of it but scenarios.
    """

    book: Rulebook
    days: WorkingDays
    authority: Authority | None
    texts: Mapping[str, str]
    written: Mapping[str, str]
    digest: str

    def deciding(
        self,
        hours: OfficeHours | None = None,
        default_pathway: str | None = None,
        known_as: Iterable[str] = (),
    ) -> Deciding:
        """Return what every decision needs; an authority's own hours and pack come first.

        `known_as` are the authority's own names: a plan that one of them holds is ours.
        """
        if self.authority is not None:
            hours, default_pathway = self.authority.hours, self.authority.based_on
        words = replace(self.book.vocabulary, ours=frozenset(map(folded, known_as)))
        book = replace(self.book, vocabulary=words)
        return Deciding(book, Calendar(self.days, hours or OfficeHours()), default_pathway)


@dataclass(frozen=True, slots=True)
class Written:
    """What lies in a folder, not yet understood; `root` and `own` stand before the paths in problems."""

    texts: Mapping[str, str]
    root: str = POLICIES
    own: str = OWN

    def below(self, part: str) -> dict[str, str]:
        """Return the texts below `policies/` or `authority/`."""
        begin = f"{part}/"
        return {
            file.removeprefix(begin): text for file, text in self.texts.items() if file.startswith(begin)
        }  # fmt: skip


def is_authority(folder: Path) -> bool:
    """Return whether a folder is an authority's own, and not one of policies."""
    return (folder / AUTHORITY_FILE).is_file()


def is_of_nobody(folder: Path) -> bool:
    """Return whether a folder is there and holds neither an authority's file nor any policies: one was taken away."""
    known = (AUTHORITY_FILE, VOCABULARY_FILE)
    return (
        folder.is_dir()
        and not any((folder / one).exists() for one in known)
        and not any(folder.glob(f"*/{PACK_FILE}"))
    )


def folders_of(folder: Path) -> list[Path]:
    """Return the folders that somebody here may change: an authority's own, and policies that it names."""
    file = folder / AUTHORITY_FILE
    try:
        table, _ = read(file.read_text("utf-8"), "") if file.is_file() else (None, [])
    except (OSError, UnicodeDecodeError):
        table = None
    named = table.get("policies") if table else None
    return [folder, folder / named] if isinstance(named, Text) else [folder]


def gather(folder: Path) -> Written:
    """Return what lies in an authority's folder and in the policies that it works by. Raises Refusal."""
    own = rulebooks.sources(folder)
    if AUTHORITY_FILE not in own:
        if VOCABULARY_FILE not in own:
            what = f"the rulebook's folder has no {AUTHORITY_FILE}"
            mend = "put it back; `daykeeper init` writes a new folder"
            raise Refusal(Problem(str(folder), what, mend))
        return Written(_under(POLICIES, own), root=folder.resolve().name)
    own = {file: text for file, text in own.items() if not HIDDEN.search(file)}
    policies = [*folders_of(folder)[1:], rulebooks.shipped()][0]
    if not (policies / VOCABULARY_FILE).is_file():
        raise Refusal(_no_policies(folder, own[AUTHORITY_FILE]))
    texts = rulebooks.sources(policies)
    return Written(
        {**_under(POLICIES, texts), **_under(OWN, own)}, policies.resolve().name, folder.resolve().name
    )  # fmt: skip


def _no_policies(folder: Path, text: str) -> Problem:
    """Return what is wrong where the folder that `policies` names holds none: not every file in it."""
    table, _ = read(text, AUTHORITY_FILE)
    named = table.get("policies") if table else None
    line = named.line if isinstance(named, Text) else 1
    what = f"{named} is no folder of policies: it has no {VOCABULARY_FILE}"
    return Problem(
        named_at(folder, line),
        what,
        "name another, or take this line out to work by those that ship",
    )


def read_edition(
    folder: Path, packs: Collection[str | None] | None = None
) -> tuple[Edition | None, list[Problem]]:
    """Return a folder's edition and what is wrong with it; None where there is an error."""
    astray = [*strays(folder, (CHANGES, SCENARIOS))] if is_authority(folder) else []
    try:
        written = gather(folder)
    except Refusal as refusal:
        return None, [*refusal.problems, *astray]
    edition, problems = compile_edition(written if packs is None else _of_packs(written, packs))
    terms = written.below(OWN).get(AUTHORITY_FILE)
    beside = [*astray, *taken_up(folder, written.below(POLICIES), terms)]
    return None if _is_wrong(beside) else edition, [*problems, *beside]


def _is_wrong(problems: Iterable[Problem]) -> bool:
    return any(one.severity is Severity.ERROR for one in problems)


def compile_edition(
    written: Written, *, is_kept: bool = False
) -> tuple[Edition | None, list[Problem]]:
    """Return the edition that some texts make and what is wrong with it; None where there is an error.

    `is_kept`: it has been in force, and goes on whatever this release thinks of its messages' wording.
    """
    texts, own = written.below(POLICIES), written.below(OWN)
    over = Overlay(dict(texts), written.root)
    made = _lay(over, own, written.own) if own else None
    problems = list(over.problems)
    book, found = rulebooks.load_texts(over.finish(), written.root, is_kept=is_kept)
    settled = [over.settle(one) for one in found] if own else found
    problems = list(dict.fromkeys((*problems, *filter(None, settled))))
    days = _days(over.texts, written.root) if book else None
    is_wrong = any(rulebooks.is_error(one, is_kept=is_kept) for one in problems)
    if book is None or days is None or is_wrong or (own and made is None):
        return None, problems
    files = tuple(file for file in written.texts if f"/{SCENARIOS}/" not in file)
    return (
        Edition(book, days, made, over.texts, written.texts, digest(written.texts, files)),
        problems,
    )


def load(folder: Path) -> tuple[Rulebook | None, list[Problem]]:
    """Return the rulebook of an authority's or a policies folder, and what is wrong with it."""
    if is_authority(folder):
        edition, problems = read_edition(folder)
        return edition.book if edition else None, problems
    try:
        texts = rulebooks.sources(folder)
    except Refusal as refusal:
        return None, [*refusal.problems]
    book, problems = rulebooks.load_texts(texts, folder.resolve().name)
    beside = taken_up(folder, texts, None)
    return None if _is_wrong(beside) else book, [*problems, *beside]


def sources(folder: Path) -> dict[str, str]:
    """Return the texts of a folder's rulebook, changes and all. Raises Refusal."""
    if not is_authority(folder):
        return rulebooks.sources(folder)
    return dict(sound(folder).texts)


def load_days(folder: Path, division: str) -> WorkingDays:
    """Return the working days of one division that a folder's rulebook has. Raises Refusal."""
    return sound(folder).days if is_authority(folder) else holidays.load_days(folder, division)


def sound(folder: Path, packs: Collection[str | None] | None = None) -> Edition:
    """Return a folder's edition; of policies those `packs` alone, if all are there. Raises Refusal with every mistake.

    What is asked of one case needs no other pathway than its own.
    """
    edition, problems = read_edition(folder, packs)
    if edition is None:
        raise Refusal(*(one for one in problems if one.severity is Severity.ERROR))
    return edition


def holidays_of(written: Mapping[str, str]) -> Mapping[date, str] | None:
    """Return the bank holidays of what an edition was made from, by day; None where they cannot be read."""
    days = _days(Written(written).below(POLICIES), POLICIES)
    return days.holidays if days else None


def _of_packs(written: Written, packs: Collection[str | None]) -> Written:
    """Return policies with these packs and what they stand on; all of them where one is not there."""
    texts = written.below(POLICIES)
    every = {file.partition("/")[0] for file in texts if file.endswith("/pack.yaml")}
    named = {one for one in packs if one in every}
    if written.below(OWN) or len(named) < len(set(packs)):
        return written
    kept = {rulebooks.BASE, *(below for one in named for below in chain(texts, one))}
    left_out = tuple(f"{POLICIES}/{one}/" for one in every - kept)
    files = {file: text for file, text in written.texts.items() if not file.startswith(left_out)}
    return replace(written, texts=files)


def _under(part: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{part}/{file}": text for file, text in texts.items()}


def _lay(over: Overlay, own: Mapping[str, str], root: str) -> Authority | None:
    """Lay an authority's files over the texts and return its terms; mistakes go to the overlay."""
    path = f"{root}/{AUTHORITY_FILE}"
    table = over.take(path, own.get(AUTHORITY_FILE, ""))
    over.problems.clear()  # it is read once more below, for what it says
    for file in own:
        if file.partition("/")[0] not in PLACES:
            mend = guess(file.partition("/")[0], PLACES)
            over.problems.append(Problem(f"{root}/{file}", "nothing reads this file", mend))
    words = vocabulary(Desk({VOCABULARY_FILE: over.texts.get(VOCABULARY_FILE, "")}, over.root, []))
    all_packs = tuple(
        sorted({file.partition("/")[0] for file in over.texts if file.endswith("/pack.yaml")})
    )
    made = authority(own.get(AUTHORITY_FILE, ""), path, all_packs, words, over.problems)
    if table is None or pack_of(table) not in all_packs:
        return None
    packs = chain(over.texts, pack_of(table))
    if made is not None:
        put_into_packs(table, over, packs)
    changes = Changes(over, packs)
    for file in sorted(own):
        if file.startswith(f"{CHANGES}/"):
            entry = over.take(f"{root}/{file}", own[file])
            if entry is not None:
                changes.lay(entry)
    return made


def _days(texts: Mapping[str, str], root: str) -> WorkingDays | None:
    file = f"{holidays.FOLDER}/{DIVISION}.yaml"
    return holidays.read_days(Desk(texts, root, []), file) if file in texts else None
