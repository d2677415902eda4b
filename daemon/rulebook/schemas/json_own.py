"""What may stand under each key of an authority's own files, as JSON Schema."""

from daemon.domain.rules import Applies
from daemon.domain.times import WEEKDAYS
from daemon.rulebook.schemas import json_keys as keys
from daemon.rulebook.schemas.json_forms import (
    DATE,
    HOUR,
    Json,
    choice,
    inner,
    rows,
    table,
    text,
    word,
)

MAIL_DOMAIN = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
AUTHORITY: dict[str, Json] = {
    "based_on": word("pack", "the pack that it works by"),
    "policies": text("a folder of policies in place of the shipped ones"),
    "effective_from": text("the day from which a change holds", DATE),
    "applies": choice("which cases a change touches (default: open_cases)", *Applies),
    "enforce_from": text("what was due before this day is listed, never escalated", DATE),
    "office_hours": inner("week", "when people may be told; a day that is missing is closed"),
    "closure_days": {
        "type": "array",
        "items": text("a day", DATE),
        "description": "days when nobody is told; they move no deadline",
    },
    "fallback": word("role", "who hears what nobody else can be told"),
    "mailboxes": table(
        "the addresses of roles that are mailboxes", text("an address", ".+@.+"), "role"
    ),
    "domains": inner("domains", "whose mail may carry a case reference"),
    "feeds": table(
        "how old the data of a feed may be before nobody is accused on its word",
        text("an age", "[1-9][0-9]{0,3} (minute|hour|day)s?", ("4 hours", "26 hours")),
        "feed_role",
    ),
    "enclosures": table(
        "where papers that travel with invitations lie on the web",
        text("an address", "https?://.+", ("https://potterby.example/thresholds",)),
        "document",
    ),
    "hold_limit": text(
        "how long a step waits for fresh data", "[1-9][0-9]* working days?", ("1 working day",)
    ),
    "brake": inner("brake", "how many escalations are held until an operator releases them"),
    "promise_cap": keys.PACK["promise_cap"],
    "weekly_summary": keys.PACK["weekly_summary"],
}
DOMAINS: dict[str, Json] = {
    **{
        key: {"type": "array", "items": text("a mail domain", MAIL_DOMAIN), "description": says}
        for key, says in (
            ("internal", "the authority's own domains"),
            ("accepted", "others that may be told a reference"),
        )
    },
    "unknown": choice('what every other one gets: "you have an item", or nothing', "L0", "nothing"),
}
BRAKE: dict[str, Json] = {
    key: {"anyOf": [{"type": "integer", "minimum": 1}, {"enum": ["off"]}], "description": says}
    for key, says in (
        ("one_pass", "how many may fall due at once"),
        ("one_person", "how many one person may be told in a day, beside those who are to do it"),
    )
}
WEEK: dict[str, Json] = {
    day: text(f"when the office is open on a {day}", f"{HOUR}-{HOUR}|closed", ("09:00-17:00",))
    for day in WEEKDAYS
}
WORDS: Json = {"anyOf": [text("a name"), {"type": "array", "items": text("a name")}]}
BECAUSE = text("the reason, which is kept")
NEW_RUNG: Json = {
    "anyOf": [{"$ref": "#/$defs/rung"}, rows("rung", "several")],
    "description": "a step more",
}
WITHOUT: Json = {**WORDS, "description": "keys that are taken away"}
SWITCHED_OFF: dict[str, Json] = {
    "switch_off": text("the rule, or what else, that is not kept here"),
    "because": BECAUSE,
}
CHANGED_RUNG: dict[str, Json] = {**keys.RUNG, "without": WITHOUT}
CHANGED: dict[str, Json] = {  # of two kinds of file with one key, what is true of both
    **{
        key: said
        for kind, described in (
            ("digest", keys.DIGEST),
            ("report", keys.REPORT),
            ("invitation", keys.INVITATION),
            ("message", keys.MESSAGE),
            ("rule", keys.RULE),
        )
        for key, said in described.items()
        if key != kind
    },
    "change": text("the rule, message, … that is different here", examples=("icpc-invite-list",)),
    "because": BECAUSE,
    "ladder": {
        "if": {"type": "array"},
        "then": keys.RULE["ladder"],
        "else": table("by its name", {"$ref": "#/$defs/changed_rung"}),
        "description": "what is different about rungs, by their names; or the whole of it anew",
    },
    "drop_rung": {**WORDS, "description": "steps less; they need a reason"},
    "add_rung": NEW_RUNG,
    "without": WITHOUT,
}
ADDED = ("rule", "invitation", "digest", "report", "message")  # a digest names its message, too


def one_change() -> Json:
    """Return what one change is, by the key that says so; of two such keys the first here counts."""
    found: Json = {"required": ["change"]}
    shapes = {"change": "changed", "switch_off": "switched_off", **{kind: kind for kind in ADDED}}
    for key, shape in reversed(shapes.items()):
        found = {
            "if": {"required": [key]},
            "then": {"$ref": f"#/$defs/{shape}"},
            "else": found,
        }
    return {"type": "object", **found}
