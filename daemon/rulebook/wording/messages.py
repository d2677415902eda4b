"""The messages of one pack: their templates, checked against the closed set of fields."""

from daemon.domain.rules import MessageText
from daemon.rulebook.language.private import misworded, unseen
from daemon.rulebook.language.schema import MESSAGE, OUTSIDE, Desk, Sheet
from daemon.rulebook.language.words import name
from daemon.rulebook.wording.mute import MEND, SAYS_NOTHING, is_mute
from daemon.rulebook.wording.templates import OUTSIDE_PARTS, PARTS, check_making, check_wording

# The daemon sends these itself: every rulebook's base must have them.
GENERAL = frozenset({
    *("now-received", "due-moved", "reopened", "first-seen-late", "data-is-old", "undeliverable"),
    "undeliverable-list",
    *("no-holder", "wrong-person", "not-required", "weekly-summary", "operator-quarantine", "operator-feed"),
    *("operator-no-holder", "operator-undelivered", "operator-horizon", "operator-doubted", "operator-elsewhere",
    "settled", "operator-rulebook", "operator-brake", "operator-heartbeat", "operator-auditor", "handed-over",
    "silence-ends", "operator-feed-fresh", "operator-disk"),
})  # fmt: skip


def read_messages(desk: Desk, files: list[str]) -> dict[str, tuple[MessageText, Sheet]]:
    """Return a pack's messages with their sheets by name; one with a mistake is still listed."""
    found: dict[str, tuple[MessageText, Sheet]] = {}
    for file in files:
        sheet = desk.open(file, MESSAGE)
        called = sheet.read("message", name) or stem_of(file)
        check_file_name(sheet, "message", called, file)
        parts = {part: str(sheet.text(part)) if sheet.has(part) else "" for part in PARTS}
        for part, text in parts.items():
            _check(sheet, part, text)
        parts |= _outside(sheet)
        found[called] = MessageText(name=called, place=sheet.path, **parts), sheet
    return found


def _outside(sheet: Sheet) -> dict[str, str]:
    """Return what readers outside the authority get in the place of lead and clear."""
    inner = sheet.sheet("outside", OUTSIDE)
    if inner is None:
        return {}
    parts = {key: str(inner.text(key)) if inner.has(key) else "" for key in OUTSIDE_PARTS}
    for key, text in parts.items():
        _check(inner, key, text)
    return {OUTSIDE_PARTS[key]: text for key, text in parts.items()}


def _check(sheet: Sheet, key: str, source: str) -> None:
    for what, mend in check_wording(source):
        sheet.wrong(key, what, mend, of_wording=True)
    for what, mend in check_making(source):
        sheet.wrong(key, what, mend)


def check_words(sheet: Sheet, key: str, *, outside: bool = False) -> None:
    """Report what a text must not say that messages print as it stands, a title or a remark, and one without a word."""
    text = str(sheet.text(key)) if sheet.has(key) else ""
    if text and is_mute(text):
        sheet.wrong(key, SAYS_NOTHING, MEND)
    for what, mend in (*unseen(text), *misworded(text, outside=outside)):
        sheet.wrong(key, what, mend)


def check_file_name(sheet: Sheet, key: str, called: str, file: str) -> None:
    """Report a file that is not called as what stands in it."""
    stem = stem_of(file)
    if stem != called:
        what = f'the file is called "{stem}", the {key} "{called}"'
        sheet.wrong(key, what, "give both the same name")


def stem_of(file: str) -> str:
    """Return a file's name without folder and ending."""
    return file.rsplit("/", 1)[-1].removesuffix(".yaml")
