"""A folder of policies, or the texts of one, compiled into a Rulebook."""

from collections.abc import Mapping
from pathlib import Path

from daemon.domain.errors import Problem, Refusal, Severity
from daemon.domain.rules import Rulebook
from daemon.domain.vocabulary import guess
from daemon.rulebook.language.schema import PACK, Desk, Sheet
from daemon.rulebook.language.words import VOCABULARY_FILE, name, vocabulary
from daemon.rulebook.packs.coverage import SOURCES_FILE
from daemon.rulebook.packs.holidays import FOLDER as HOLIDAYS
from daemon.rulebook.packs.holidays import read_days
from daemon.rulebook.packs.inherited import Built
from daemon.rulebook.packs.pack import PACK_FILE, build, check_owners, warn_of_unused
from daemon.rulebook.wording.messages import GENERAL
from daemon.rulebook.wording.readers import check_readers

BASE = "statutory-england"
PARTS = ("rules", "messages", "invitations", "digests", "reports", "scenarios")
LARGEST_FILE = 1_000_000  # bytes


def shipped() -> Path:
    """Return the folder of the policies that come with the product."""
    return Path(__file__).parents[3] / "policies"


def yaml_files(folder: Path) -> list[Path]:
    """Return every YAML file in the folder, those among them whose names nothing reads.

    What a repository keeps for itself in hidden folders may be called as it likes.
    """
    found = [path for path in folder.rglob("*") if path.suffix.casefold() in (".yaml", ".yml")]
    return sorted(path for path in found if path.suffix == ".yaml" or not _is_hidden(path, folder))


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def sources(folder: Path) -> dict[str, str]:
    """Return the text of every YAML file in the folder by its path within it. Raises Refusal."""
    if not folder.is_dir():
        raise Refusal(
            Problem(str(folder), "there is no such folder", "name the folder of the policies")
        )
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in yaml_files(folder):
        file = path.relative_to(folder).as_posix()
        where = f"{folder.name}/{file}"
        if path.suffix != ".yaml":
            mend = f"name it {path.stem}.yaml"
            problems.append(Problem(where, "nothing reads this file", mend))
            continue
        if not path.is_file() and path.exists():  # a named pipe would be waited for, for ever
            problems.append(Problem(where, "this is no file", "put a file in its place"))
            continue
        try:
            if path.stat().st_size > LARGEST_FILE:
                problems.append(
                    Problem(where, "the file is larger than 1 MB", "no policy is: take it away")
                )
            else:
                texts[file] = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            problems.append(Problem(where, "this is not UTF-8 text", "save it as UTF-8"))
        except OSError:
            problems.append(
                Problem(where, "the file cannot be read", "check what it is and who may read it")
            )
    if problems:
        raise Refusal(*problems)
    return texts


def load_texts(
    texts: Mapping[str, str], root: str = "policies", *, is_kept: bool = False
) -> tuple[Rulebook | None, list[Problem]]:
    """Return the rulebook that the texts make; `root` stands before each path in a problem.

    `is_kept`: they have been in force. How their messages are worded is told, and holds nothing back.
    """
    if VOCABULARY_FILE not in texts:
        where = f"{root}/{VOCABULARY_FILE}"
        return None, [Problem(where, "there is no such file", "every rulebook needs its words")]
    desk = Desk(texts, root, [])
    words = vocabulary(desk)
    if desk.problems:
        return None, desk.problems  # every other file would be reported for its sake
    for file in texts:
        if file.startswith(f"{HOLIDAYS}/"):
            read_days(desk, file)
    folders = _folders(desk)
    sheets = {called: desk.open(f"{called}/{PACK_FILE}", PACK) for called in folders}
    built: dict[str, Built] = {}
    for called, base in _in_order(sheets):
        below = built.get(base or "")
        built[called] = build(sheets[called], folders[called], below, desk, words)
    _check_base(built, desk)
    check_owners(built)
    check_readers(
        {name: entry for each in built.values() for name, entry in each.messages.items()},
        [each.pack for each in built.values()],
    )
    if any(is_error(problem, is_kept=is_kept) for problem in desk.problems):
        return None, list(dict.fromkeys(desk.problems))
    warn_of_unused(built)
    packs = {called: each.pack for called, each in built.items()}
    texts_of = {key: text for each in built.values() for key, (text, _) in each.messages.items()}
    digests = {called: pack.digest for called, pack in packs.items()}
    return Rulebook(packs, words, texts_of, digests, BASE), desk.problems


def is_error(problem: Problem, *, is_kept: bool) -> bool:
    """Return whether nothing can be decided by texts with such a mistake in them."""
    return problem.severity is Severity.ERROR and not (is_kept and problem.of_wording)


def _folders(desk: Desk) -> dict[str, list[str]]:
    """Return each pack's files; report those that nothing reads."""
    packs: dict[str, list[str]] = {}
    for file in desk.texts:
        called, _, rest = file.partition("/")
        if file == VOCABULARY_FILE or called == HOLIDAYS:
            continue
        part, _, stem = rest.partition("/")
        known = rest in (PACK_FILE, SOURCES_FILE) or (part in PARTS and stem and "/" not in stem)
        if not known:
            places = (*PARTS, PACK_FILE, SOURCES_FILE)
            mend = guess(part, places) if rest else "put it into a pack's folder"
            desk.wrong(file, "nothing reads this file", mend)
        packs.setdefault(called, []).extend([file] if known else [])
    for called in packs:
        if f"{called}/{PACK_FILE}" not in desk.texts:
            desk.wrong(called, f"the folder has no {PACK_FILE}", "add it, or take the folder away")
    return {called: files for called, files in packs.items() if f"{called}/{PACK_FILE}" in files}


def _in_order(sheets: Mapping[str, Sheet]) -> list[tuple[str, str | None]]:
    """Return each pack with the pack that it stands on, bases first."""
    below: dict[str, str | None] = {}
    for called, sheet in sheets.items():
        written = sheet.read("pack", name)
        if written and written != called:
            what = f'the folder is called "{called}", the pack "{written}"'
            sheet.wrong("pack", what, "give both the same name")
        stands_on = str(sheet.text("stands_on")) if sheet.has("stands_on") else None
        if stands_on and stands_on not in sheets:
            mend = guess(stands_on, tuple(sheets))
            sheet.wrong("stands_on", f'no pack is called "{stands_on}"', mend)
            stands_on = None
        below[called] = stands_on
    order: list[tuple[str, str | None]] = []
    while below:
        ready = [called for called, base in below.items() if base is None or base not in below]
        if not ready:  # each of the rest stands, in the end, on itself
            for called in below:
                what = "the packs stand on one another in a circle"
                sheets[called].wrong("stands_on", what, "let one stand alone")
            ready = list(below)
        order += [(called, below.pop(called)) for called in ready]
    return order


def _check_base(built: Mapping[str, Built], desk: Desk) -> None:
    if BASE not in built:
        desk.wrong(BASE, "there is no such pack", "every rulebook needs its statutory base")
        return
    for message in sorted(GENERAL - set(built[BASE].messages)):
        place = f"{BASE}/messages/{message}.yaml"
        desk.wrong(place, "the message is missing", "add it: the daemon sends it itself")
