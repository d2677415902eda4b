"""JSON Schema 2020-12 of every kind of file: an editor completes words, and marks mistakes as they are made.

What only the whole rulebook shows (a rung that is never reached, a clause that is lost) is `daykeeper check`'s.
"""

from collections.abc import Mapping

from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook.language import schema as shapes
from daemon.rulebook.language.schema import Shape
from daemon.rulebook.own import authority as terms
from daemon.rulebook.schemas import json_keys as keys
from daemon.rulebook.schemas import json_own as own
from daemon.rulebook.schemas.json_forms import Json, rows

PLACES = {  # which files are of each kind, in a folder of policies or an authority's own
    "rule": "**/rules/*.yaml",
    "message": "**/messages/*.yaml",
    "invitation": "**/invitations/*.yaml",
    "digest": "**/digests/*.yaml",
    "report": "**/reports/*.yaml",
    "pack": "**/pack.yaml",
    "sources": "**/sources.yaml",
    "scenario": "**/scenarios/*.yaml",
    "vocabulary": "**/vocabulary.yaml",
    "holidays": "**/holidays/*.yaml",
    "authority": "**/authority.yaml",
    "change": "**/changes/*.yaml",
}
KINDS = tuple(PLACES)


def schema(kind: str, words: Vocabulary, packs: Mapping[str, str]) -> Json:
    """Return the schema of one of KINDS; its choices are the vocabulary's words, and packs by their titles."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Daykeeper: {kind}",
        **_file(kind),
        "$defs": {
            **_words(words),
            "pack": _choice(packs),
            **_tables(),
            **(_changes() if kind == "change" else {}),
        },
    }


def _file(kind: str) -> Json:
    files = {
        "rule": _rule(),
        "message": _table(shapes.MESSAGE, keys.MESSAGE),
        "invitation": _table(shapes.INVITATION, keys.INVITATION),
        "digest": _table(shapes.DIGEST, keys.DIGEST),
        "report": _table(shapes.REPORT, keys.REPORT),
        "pack": _table(shapes.PACK, keys.PACK),
        "sources": {"type": "object", "additionalProperties": {"$ref": "#/$defs/source"}},
        "scenario": _table(shapes.SCENARIO, keys.SCENARIO),
        "vocabulary": _table(shapes.VOCABULARY, keys.VOCABULARY),
        "holidays": _table(shapes.HOLIDAYS, keys.HOLIDAYS),
        "authority": _table(terms.AUTHORITY, own.AUTHORITY),
        "change": {
            "if": {"required": ["changes"]},
            "then": _table(Shape(("changes",)), {"changes": rows("one_change", "several changes")}),
            "else": {"$ref": "#/$defs/one_change"},
        },
    }
    return files[kind]


def _rule() -> Json:
    """Return a rule: it is due or begins, names what meets it, and one rung of its ladder repeats."""
    pairs = (("due", "starts"), ("met_by", "met_by_all"))
    ladder = {"contains": {"required": ["repeat"]}, "minContains": 1, "maxContains": 1}
    no_promise = {
        "items": {"not": {"properties": {"ask": {"const": "promise"}}, "required": ["ask"]}}
    }
    statutory = {"properties": {"basis": {"const": "statutory"}}, "required": ["basis"]}
    return {
        **_table(shapes.RULE, keys.RULE),
        "allOf": [
            *({"anyOf": [{"required": [one]} for one in pair]} for pair in pairs),
            {"properties": {"ladder": ladder}},
            {"if": statutory, "then": {"properties": {"ladder": no_promise}}},
        ],
    }


def _changes() -> Json:
    """Return what a file of changes may hold: changes of each kind, and what is added."""
    reason = {"dependentRequired": {"drop_rung": ["because"]}}
    return {
        "one_change": own.one_change(),
        "changed": _table(Shape(("change",), tuple(own.CHANGED)), own.CHANGED) | reason,
        "changed_rung": _table(Shape((), tuple(own.CHANGED_RUNG)), own.CHANGED_RUNG),
        "switched_off": _table(Shape(tuple(own.SWITCHED_OFF)), own.SWITCHED_OFF),
        **{kind: _file(kind) for kind in own.ADDED},
    }


def _table(shape: Shape, properties: Mapping[str, Json]) -> Json:
    return {
        "type": "object",
        "properties": {key: properties.get(key, {}) for key in shape.keys},
        "required": list(shape.needed),
        "additionalProperties": False,
    }


def _tables() -> Json:
    """Return the tables that stand within files."""
    return {
        "rung": _table(shapes.RUNG, keys.RUNG),
        "outside": _table(shapes.OUTSIDE, keys.OUTSIDE),
        "remark": _table(shapes.REMARK, keys.REMARK),
        "late_start": _table(shapes.LATE_START, keys.LATE_START),
        "approval": _table(shapes.APPROVAL, keys.APPROVAL),
        "summary": _table(shapes.SUMMARY, keys.SUMMARY),
        "attendance": _table(shapes.ATTENDANCE, keys.ATTENDANCE),
        "source": _table(shapes.SOURCE, keys.SOURCE) | {
            "oneOf": [{"required": [kind]} for kind in shapes.SOURCE_KINDS]
        },
        "fact_word": _table(shapes.FACT, keys.FACT),
        "holiday": _table(shapes.HOLIDAY, keys.HOLIDAY),
        "expected": _table(shapes.EXPECTED, keys.EXPECTED),
        "state": _table(shapes.STATE, keys.STATE),
        "week": _table(terms.WEEK, own.WEEK),
        "domains": _table(terms.DOMAINS, own.DOMAINS),
        "brake": _table(terms.BRAKE, own.BRAKE),
    }  # fmt: skip


def _words(words: Vocabulary) -> Json:
    facts = {name: word.label for name, word in words.facts.items()}
    return {
        "fact": _choice(facts),
        "met_by": {
            "anyOf": [
                {"$ref": "#/$defs/fact"},
                {"type": "string", "pattern": "^[a-z][a-z0-9_]* is .+$"},
            ]
        },
        "role": _choice(words.roles),
        "reader": _choice({**words.roles, **words.agencies}),
        "meeting": _choice(words.meetings),
        "channel": _choice(words.channels),
        "feed_role": _choice(words.feed_roles),
        "document": _choice(words.documents),
        "figure": _choice(words.figures),
    }


def _choice(titles: Mapping[str, str]) -> Json:
    """Return one of the words; `enumDescriptions` is how VS Code shows what each means."""
    if not titles:
        return {"type": "string"}
    return {"enum": list(titles), "enumDescriptions": list(titles.values())}
