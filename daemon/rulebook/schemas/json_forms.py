"""The forms that a value may have, as JSON Schema; the vocabulary's words are referred to by name."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

LONG = r"[1-9][0-9]* (working days?|calendar days?|weeks?|months?|years?)"
SHORT = r"[1-9][0-9]* (working hours?|elapsed hours?|minutes?)"
HOUR = "([01][0-9]|2[0-3]):[0-5][0-9]"
DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def text(says: str, pattern: str | None = None, examples: tuple[str, ...] = ()) -> Json:
    """Return a text, in the form of a pattern where one is given."""
    made: Json = {"type": "string", "minLength": 1, "description": says}
    if pattern:
        made["pattern"] = f"^({pattern})$"
    if examples:
        made["examples"] = list(examples)
    return made


def choice(says: str, *words: str) -> Json:
    """Return one of a few words."""
    return {"enum": list(words), "description": says}


def word(kind: str, says: str) -> Json:
    """Return one word of the vocabulary."""
    return {"$ref": f"#/$defs/{kind}", "description": says}


def words(kind: str, says: str) -> Json:
    """Return one word of the vocabulary, or a list of them, each once."""
    one: Json = {"$ref": f"#/$defs/{kind}"}
    return {
        "anyOf": [one, {"type": "array", "items": one, "uniqueItems": True}],
        "description": says,
    }


def flag(says: str) -> Json:
    """Return true or false."""
    return {"type": "boolean", "description": says}


def table(says: str, values: Json, names: str | None = None) -> Json:
    """Return a table whose keys are words of the vocabulary, or any."""
    made: Json = {"type": "object", "additionalProperties": values, "description": says}
    if names:
        made["propertyNames"] = {"$ref": f"#/$defs/{names}"}
    return made


def inner(name: str, says: str) -> Json:
    """Return a table of another shape."""
    return {"$ref": f"#/$defs/{name}", "description": says}


def rows(name: str, says: str) -> Json:
    """Return a list of tables of another shape."""
    return {
        "type": "array",
        "items": {"$ref": f"#/$defs/{name}"},
        "minItems": 1,
        "description": says,
    }


NAME = r"[a-z0-9]+(-[a-z0-9]+)*"
CLAUSES: Json = {
    "type": "array",
    "items": {"type": "string", "minLength": 1},
    "uniqueItems": True,
    "description": "the clauses of the pack's own document that it carries",
}
LIMIT = (
    "10 working days after icpc_held",
    "day 5 of strategy_discussion_held, by close of business",
    "5 working days before icpc_scheduled",
    "4 weeks after the last core_group_held",
    "by the start of icpc_scheduled",
)
DUE = (
    "(the earlier of|at once|on the day of|by the start of|day [0-9]+ of|week [0-9]+ of"
    f"|({LONG}|{SHORT})( and {LONG})* (after|before)) .+"
)
RUNG_TIME = (
    f"due|at once|day of due, {HOUR}|{LONG} (before|after) (due|opening)(, {HOUR})?"
    f"|{SHORT} (before|after) (due|opening)"
)
CONDITION = ("always", "s47_decision_recorded is section_47", "icpc_not_required is recorded")
FACTS: Json = {
    "anyOf": [
        {"$ref": "#/$defs/met_by"},
        {"type": "array", "items": {"$ref": "#/$defs/met_by"}, "uniqueItems": True},
    ]
}
RECORD: Json = {
    "type": "object",
    "required": ["ref", "facts"],
    "description": "a case record in its JSON form",
}
CLOCK = text("a time of day", HOUR, ("09:00",))
EVERY = text(
    "how often it is told again", "every [1-9][0-9]* working days?", ("every 5 working days",)
)
