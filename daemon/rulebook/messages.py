"""The messages of one pack: their templates, checked against the closed set of fields."""

from daemon.domain.rules import MessageText
from daemon.rulebook.schema import MESSAGE, Desk, Sheet
from daemon.rulebook.templates import PARTS, check_template
from daemon.rulebook.words import name

# The daemon sends these itself: every rulebook's base must have them.
GENERAL = frozenset({
    *("now-received", "due-moved", "reopened", "first-seen-late", "data-is-old", "undeliverable"),
    *("no-holder", "wrong-person", "weekly-summary", "operator-quarantine", "operator-feed"),
    *("operator-no-holder", "operator-undelivered", "operator-horizon"),
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
            for what, mend in check_template(text):
                sheet.wrong(part, what, mend)
        found[called] = MessageText(name=called, place=sheet.path, **parts), sheet
    return found


def check_file_name(sheet: Sheet, key: str, called: str, file: str) -> None:
    """Report a file that is not called as what stands in it."""
    stem = stem_of(file)
    if stem != called:
        what = f'the file is called "{stem}", the {key} "{called}"'
        sheet.wrong(key, what, "give both the same name")


def stem_of(file: str) -> str:
    """Return a file's name without folder and ending."""
    return file.rsplit("/", 1)[-1].removesuffix(".yaml")
