"""What no authority's change takes from a pack: its statutory limits, and the rules of safety.

Source: READINGS section 2, which stands above every other rule.
"""

from collections.abc import Mapping

from daemon.rulebook.language.marks import Node, Table

Told = tuple[str, str]  # what is wrong, and how to mend it

PROTECTED = frozenset({
    *("basis", "for", "when", "starts", "opens", "due", "late_start", "clauses"),
    *("met_by", "met_by_all", "met_by_each", "met_from_opening", "met_by_due", "further", "withdrawn_when", "approval"),
})  # fmt: skip
LADDER = frozenset({"ladder", "add_rung", "drop_rung", "relies_on"})
NOBODYS = frozenset({"after_death", "held_elsewhere", "safety"})  # only a pack says them
FOR_GOOD = frozenset({"never_rests", "hides_date"})  # a change may add them, and take none away

STATUTORY = "a statutory limit is not changed", "add a stricter rule of your own beside it"
RUNGS = "a statutory limit keeps its rungs", "change whom they tell, or when, each by its name"
SAFETY = "a safety rule is not changed", "change its words alone; add a rule of your own beside it"
ONLY_PACKS = "only a pack decides this: it is a rule of safety", "take this line out"
OTHER_WORDS = (
    "this wording was written for another step, and a statutory limit keeps its own",
    "change the words of the message that is there, or write a message of your own",
)
FEEDS = (
    "a statutory limit waits for the feeds that the pack says, and no others",
    "take this line out: its messages would wait while that feed is stale, or go out on old data",
)
STAYS = "this protects a family and is not taken away", "take this line out"
DEMANDED = "the document demands this step: no promise rests it", "take this line out"


def is_safety(rule: Table) -> bool:
    """Return whether a rule of a pack is one of safety."""
    return rule.get("safety") == "true"


def why_not_off(rule: Table) -> Told | None:
    """Return why a rule is not switched off; None where it may be."""
    if is_safety(rule):
        return "a safety rule is not switched off", "take this change out"
    if rule.get("basis") == "statutory":
        return "a statutory limit is not switched off", "change whom its rungs tell"
    return None


def why_not_of_ones_own(key: str) -> Told | None:
    """Return why an authority's own rule does not say this; None where it may."""
    return ONLY_PACKS if key in NOBODYS else None


def why_not_said(rule: Table, key: str, value: Node, texts: Mapping[str, str]) -> Told | None:
    """Return why a rung of a rule does not get this message; None where it may.

    `texts` are what ships, by file: each message there was written for a step of its own.
    """
    ships = any(text and file.endswith(f"/messages/{value}.yaml") for file, text in texts.items())
    if key == "message" and rule.get("basis") == "statutory" and ships:
        return OTHER_WORDS
    return None


def why_kept(table: Table, key: str, value: Node | None = None) -> Told | None:
    """Return why a key of a rule or rung is not changed, or not taken away (no value); None where it may be."""
    if key in NOBODYS:
        return ONLY_PACKS
    if is_safety(table) and key in PROTECTED | LADDER:
        return SAFETY
    if table.get("basis") == "statutory":
        if key in PROTECTED:
            return STATUTORY
        if key == "ladder" and not isinstance(value, Table):
            return RUNGS
        if key == "relies_on":
            return FEEDS
    if key in FOR_GOOD and table.get(key) == "true" and value != "true":
        return STAYS
    if key == "house" and value == "true" and "at" in table.entries and table.get(key) != "true":
        return DEMANDED
    return None
