"""What may stand under each key of each file, as JSON Schema."""

from daemon.domain.parts import Shows
from daemon.domain.rules import Applies, Basis
from daemon.domain.times import WEEKDAYS
from daemon.rulebook.schemas.json_forms import (
    CLAUSES,
    CLOCK,
    CONDITION,
    DATE,
    DUE,
    EVERY,
    FACTS,
    HOUR,
    LIMIT,
    NAME,
    RECORD,
    RUNG_TIME,
    Json,
    choice,
    flag,
    inner,
    rows,
    table,
    text,
    word,
    words,
)

RULE: dict[str, Json] = {
    "rule": text("its name: the file's", NAME),
    "title": text("what people call it"),
    "why": text("why it exists"),
    "clauses": CLAUSES,
    "basis": choice("whose figure the limit is (default: the document's own)", *Basis),
    "for": text(
        "what it applies to",
        "((agency|absent agency|invitee|parent) of )?[a-z_]+",
        ("icpc", "case", "agency of icpc"),
    ),
    "when": text("a condition; always where there is none", examples=CONDITION),
    "starts": word("fact", "a fact without which it does not exist"),
    "opens": text("when it may be done first, written like due", DUE, LIMIT),
    "due": text("when it must be done", DUE, LIMIT),
    "late_start": inner(
        "late_start", "begun from this hour on, or on no working day, it is due later"
    ),
    "met_by": {**FACTS, "description": "the facts any of which meets it"},
    "met_by_all": {**FACTS, "description": "the facts all of which must be there"},
    "met_by_each": words(
        "reader", "the recipients all of whom must be about of it, once one is named"
    ),
    "withdrawn_when": text("a condition that ends it without its being met", examples=CONDITION),
    "approval": inner("approval", "the question that it puts to one role"),
    "relies_on": words("feed_role", "the feeds that must be fresh before it accuses anybody"),
    "responsible": words("reader", "the roles whose duty it is"),
    "remarks": rows("remark", "sentences that a message adds while a condition holds"),
    "ladder": rows("rung", "who is told, and when; the last rung repeats"),
    "todo": text("what clears it, in a few words"),
    "never_rests": flag("no promise rests it"),
    "met_from_opening": flag("what is done before its window does not meet it"),
    "met_by_due": flag("what comes after it was due does not meet it"),
    "held_elsewhere": flag("it holds for plans that another authority holds, too"),
    "hides_date": flag("its messages say neither its date nor the count that led to it"),
    "after_death": flag("it holds when the child has died, too"),
    "further": word("fact", "the fact that it cannot wait, and goes a stage further at once"),
    "safety": flag("a rule of safety: no authority changes it or switches it off"),
}
RUNG: dict[str, Json] = {
    "at": text(
        "when it comes",
        RUNG_TIME,
        ("due", "at once", "1 working day before due, 09:00", "4 working hours after due"),
    ),
    "tell": words("role", "who is told"),
    "via": words("channel", "by which ways"),
    "message": text("the message", NAME),
    "name": text("its name, where it is not the message's", NAME),
    "ask": choice("what the reader is asked for", "promise", "approval", "confirm"),
    "offer": text("a drafted message that the reader may edit and send", NAME),
    "offer_to": words("role", "to whom the drafted message goes when it is sent"),
    "encloses": words("document", "what travels with it"),
    "urgent": flag("at once, when the office is closed, too"),
    "house": flag("no document demands it: our default, which a promise may rest"),
    "repeat": EVERY,
}
LATE_START: dict[str, Json] = {"from": CLOCK, "due": CLOCK}
APPROVAL: dict[str, Json] = {
    "question": text("the question"),
    "of": word("role", "the role that answers it"),
    "answers": {
        "type": "object",
        "properties": {"yes": {"$ref": "#/$defs/fact"}, "no": {"$ref": "#/$defs/fact"}},
        "required": ["yes"],
        "additionalProperties": False,
        "description": "the fact that each answer is",
    },
    "reasons": {
        "type": "array",
        "items": {"type": "string"},
        "uniqueItems": True,
        "description": "the codes that may be given",
    },
    "another_than": words("fact", "who gave one of these may not answer: two people must agree"),
    "new_date": flag("whoever says yes may give the meeting's new date with it"),
}
REMARK: dict[str, Json] = {
    "if": text("a condition", examples=CONDITION),
    "say": text("the sentence"),
    "overdue": text("the sentence in its place once the due moment has passed"),
}
MESSAGE: dict[str, Json] = {
    "message": text("its name: the file's", NAME),
    "subject": text("its subject line; {{ field }} from a closed set"),
    "lead": text("what is due and how it stands, in one or two sentences"),
    "clear": text("the one action that clears it"),
    "outside": inner("outside", "other words for a reader outside the authority"),
}
OUTSIDE: dict[str, Json] = {part: MESSAGE[part] for part in ("lead", "clear")}
PACK: dict[str, Json] = {
    "pack": text("its name: the folder's", NAME),
    "title": text("what people call it"),
    "division": text("whose bank holidays count", NAME, ("england-and-wales",)),
    "fallback": word("role", "who is told where nobody holds a role"),
    "stands_on": text("the pack below it", NAME, ("statutory-england",)),
    "promise_cap": text(
        "how long a promise rests a reminder", "[1-9][0-9]* working days?", ("2 working days",)
    ),
    "weekly_summary": inner("summary", "when the list of what is open and overdue goes out"),
    "effective_from": text("the day from which it is in force", DATE),
    "applies": choice("which cases a new rulebook touches", *Applies),
    "trial": flag("for trials: it is held against no statutory limit that ships"),
    "carries": table("clauses of this document that a rule of the base carries", CLAUSES),
    "replaces": table(
        "a rule of the base, and the rule of this pack that stands in its place",
        text("a rule", NAME),
    ),
    "omits": table("a rule of the base that is not taken over, and why", text("why")),
    "letters": word("role", "who writes to families"),
    "review_by": text("the document's own review date", DATE),
    "attendance": table(
        "how it is judged who came, by kind of meeting", {"$ref": "#/$defs/attendance"}, "meeting"
    ),
    "roles": table("a role of the base, and what it is called here", word("role", "ours"), "role"),
    "stands_in": table("who is told where nobody holds a role", word("role", "them"), "role"),
    "transfer_needs": words("fact", "what must be recorded before a plan of ours ends by transfer"),
}
SUMMARY: dict[str, Json] = {
    "day": choice("the weekday", *WEEKDAYS),
    "at": CLOCK,
    "tell": words("role", "who gets it"),
    "via": words("channel", "by which ways"),
    "message": text("the message", NAME),
}
ATTENDANCE: dict[str, Json] = {
    "excused_by": words("fact", "what excuses an absent agency; [] where nothing does"),
    "quorum": {
        "type": ["integer", "string"],
        "minimum": 1,
        "maximum": 99,
        "pattern": "^[1-9][0-9]?$",
        "description": "the least number of agencies: it warns",
    },
}
INVITATION: dict[str, Json] = {
    "invitation": text("its name: the file's", NAME),
    "title": text("what people call it"),
    "clauses": CLAUSES,
    "for": word("meeting", "the kind of meeting"),
    "when": text("a condition", examples=CONDITION),
    "sends_for": words("role", "in whose name it goes"),
    "words": table("the message for a reader by role or agency", text("a message", NAME), "reader"),
    "encloses": words("document", "what travels with it"),
    "encloses_for_family": words("document", "what travels with a letter to the family"),
    "family_joins_online": flag("a letter to the family says how to join online"),
}
DIGEST: dict[str, Json] = {
    "digest": text("its name: the file's", NAME),
    "title": text("what people call it"),
    "clauses": CLAUSES,
    "every": text(
        "when it goes out",
        f"(({'|'.join(WEEKDAYS)})|working day), {HOUR}",
        ("Monday, 09:00", "working day, 08:30"),
    ),
    "tell": words("role", "who gets it"),
    "via": words("channel", "by which ways"),
    "shows": choice("what it lists", *Shows),
    "within": text(
        "how far it looks ahead", "[1-9][0-9]* (working days?|weeks?)", ("20 working days",)
    ),
    "own": choice("what of it a reader sees", "team", "role", "everything"),
    "message": text("the message", NAME),
}
REPORT: dict[str, Json] = {
    "report": text("its name: the file's", NAME),
    "title": text("what people call it"),
    "clauses": CLAUSES,
    "figures": words("figure", "what it counts"),
}
SOURCE: dict[str, Json] = {
    **{
        kind: {
            "anyOf": [
                text("its name", NAME),
                {
                    "type": "array",
                    "items": text("a name", NAME),
                    "uniqueItems": True,
                    "minItems": 1,
                },
            ],
            "description": f"the {kind} that carries the clause",
        }
        for kind in ("rule", "message", "invitation", "approval", "digest", "report")
    },
    "record": {
        "anyOf": [
            text("a fact, or a field of the record"),
            {"type": "array", "items": text("a fact, or a field"), "minItems": 1},
        ],
        "description": "the fact, or the field of the record, that carries it",
    },
    "people": text("why no machine can or should do it"),
    "about": text("the clause in a few words of ours"),
}
CODES: Json = {"pattern": "^[a-z][a-z0-9_]*$"}
LISTS = {
    "roles": "people and posts",
    "agencies": "bodies",
    "meetings": "kinds of meeting",
    "channels": "ways to reach people",
    "feed_roles": "the jobs of sources",
    "documents": "what travels with a message",
    "figures": "what a report counts",
    "told_because": 'a role, and why whoever holds it is told: it ends "You get this message because …"',
}
VOCABULARY: dict[str, Json] = {
    "facts": {
        **table("what can happen", {"anyOf": [text("in words"), {"$ref": "#/$defs/fact_word"}]}),
        "propertyNames": CODES,
    },
    **{
        one: table(says, text("in words")) | {"propertyNames": CODES} for one, says in LISTS.items()
    },
}
FACT: dict[str, Json] = {
    "label": text("the fact in words"),
    "values": {
        "type": "array",
        "items": {"type": "string"},
        "uniqueItems": True,
        "description": "its closed list of values",
    },
    "default": text("the value where none is given"),
    "future": flag("it may lie in the future: a booked or due date"),
}
HOLIDAYS: dict[str, Json] = {
    "division": text("its name: the file's", NAME),
    "title": text("what people call it"),
    "source": text("where the list was published"),
    "known_from": text("the first day that is known", DATE),
    "known_until": text("the last day that is known", DATE),
    "days": rows("holiday", "the bank holidays"),
}
HOLIDAY: dict[str, Json] = {"date": text("its day", DATE), "name": text("its name")}
SCENARIO: dict[str, Json] = {
    "scenario": text("what happens, as a sentence"),
    "rule": text("the rule whose notices are expected", NAME),
    "invitation": text("the invitation whose items are expected", NAME),
    "digest": text("the list that is expected", NAME),
    "record": RECORD,
    "records": {
        "type": "array",
        "items": RECORD,
        "minItems": 1,
        "description": "several cases, or several versions of one",
    },
    "from": text("the first moment", f"{DATE} {HOUR}"),
    "to": text("the last moment", f"{DATE} {HOUR}"),
    "expect": {
        "type": "array",
        "items": {"$ref": "#/$defs/expected"},
        "description": "every notice of that time, and no other",
    },
    "state": {
        "anyOf": [{"$ref": "#/$defs/state"}, {"type": "array", "items": {"$ref": "#/$defs/state"}}],
        "description": "how the duty stands at a moment",
    },
}
EXPECTED: dict[str, Json] = {
    "at": text("when", f"{DATE} {HOUR}"), "rung": text("the rung", NAME),
    "to": text("the role that is told", "[a-z][a-z0-9_]*"),
}  # fmt: skip
STATE: dict[str, Json] = {
    "at": text("when", f"{DATE} {HOUR}"),
    "is": choice("how it stands", "open", "met", "waived", "withdrawn", "not-started"),
    "due": text("when it is due", f"{DATE}( {HOUR})?|never"),
    "for": text("the subject, as icpc-1/police"),
}
