"""docs/reference/policy-language.md: every key of every file of rules, the words that may stand there, the grammar."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook import load, shipped
from daemon.rulebook.schemas import json_keys as keys
from daemon.rulebook.schemas.json_schema import KINDS, PLACES, schema
from tests.reference.page import ROOT, Page, page

Json = Mapping[str, Any]
GRAMMAR = ROOT / "daemon" / "rulebook" / "language" / "phrases.lark"
PLACE = re.compile(r"#/\$defs/(\w+)")
WORDS = {  # what refers to the vocabulary, and its heading on the page
    "fact": "facts", "met_by": "facts", "role": "roles", "reader": "roles", "meeting": "meetings",
    "channel": "channels", "feed_role": "feed_roles", "document": "documents", "figure": "figures",
}  # fmt: skip
ALTERED: Mapping[str, Json] = {  # what changes another table: its keys are said there
    "changed": {
        key: said
        for table in (keys.RULE, keys.MESSAGE, keys.INVITATION, keys.DIGEST, keys.REPORT)
        for key, said in table.items()
        if key != "ladder"
    },
    "changed_rung": keys.RUNG,
}
LISTS = (
    ("roles", "people and posts"), ("agencies", "bodies"), ("meetings", "kinds of meeting"),
    ("channels", "ways to reach people"), ("feed_roles", "the jobs of sources"),
    ("documents", "what travels with a message"), ("figures", "what a report counts"),
)  # fmt: skip


def made() -> Page:
    """Return the page, of the shipped vocabulary."""
    book, problems = load(shipped())
    if book is None:
        raise ValueError(problems)
    packs = {name: pack.title for name, pack in book.packs.items()}
    found = {kind: schema(kind, book.vocabulary, packs) for kind in KINDS}
    return built(found, book.vocabulary, GRAMMAR.read_text("utf-8"))


def built(schemas: Mapping[str, Json], words: Vocabulary, grammar: str) -> Page:
    """Return the page of these schemas by kind of file, these words, this grammar."""
    inner = {
        name: table
        for one in schemas.values()
        for name, table in one["$defs"].items()
        if "properties" in table and name not in KINDS
    }
    tables = [*_tables(schemas), *_tables(inner)]
    lacking = [
        f"daykeeper schema: {table['name']}: {row['key']} has no description; "
        "write one in daemon/rulebook/schemas/json_keys.py"
        for table in tables
        for row in table["rows"]
        if not row["means"]
    ]
    lists = [(name, says, getattr(words, name)) for name, says in LISTS]
    return page(
        "policy-language",
        lacking,
        tables=tables,
        facts=words.facts,
        lists=lists,
        grammar=_rules(grammar),
    )


def _tables(schemas: Mapping[str, Json]) -> Iterator[dict[str, Any]]:
    for name, one in schemas.items():
        again = ALTERED.get(name, {})
        needed = one.get("required", ())
        rows = [
            {
                "key": key,
                "needed": key in needed,
                "form": _form(said),
                "means": said.get("description", ""),
            }
            for key, said in one.get("properties", {}).items()
            if key not in again
        ]
        if rows:
            yield {"name": name, "place": PLACES.get(name), "rows": rows}


def _form(said: Json) -> str:
    """Return how a value is written."""
    if "$ref" in said:
        return _named(said["$ref"])
    if "if" in said:
        return f"{_form(said['else'])}, or {_form(said['then'])}"
    if "enum" in said:
        return " or ".join(f"`{one}`" for one in said["enum"])
    if "anyOf" in said:
        first, *others = dict.fromkeys(map(_form, said["anyOf"]))
        return ", or ".join(
            [first, *("a list" if one == f"a list of {first}" else one for one in others)]
        )
    kind = said.get("type")
    if kind == "array":
        return f"a list of {_form(said['items'])}"
    if kind == "object":
        values = said.get("additionalProperties")
        return f"a table of {_form(values)}" if isinstance(values, dict) else "a table"
    examples = " · ".join(f"`{one}`" for one in said.get("examples", ()))
    plain = {"boolean": "`true` or `false`", "integer": "a whole number"}
    if isinstance(kind, list):
        return "a whole number"
    return plain.get(str(kind), f"text, as {examples}" if examples else "text")


def _named(place: str) -> str:
    found = PLACE.fullmatch(place)
    if not found:
        raise ValueError(place)
    name = found[1]
    if name in WORDS:
        return f"[{name.replace('_', ' ')}](#{WORDS[name]})"
    return "[pack](#pack)" if name == "pack" else f"[{name}](#{name})"


def _rules(grammar: str) -> str:
    """Return the grammar without what only its reader needs: the names of branches."""
    lines = (re.sub(r"\s*-> \w+$", "", line) for line in grammar.splitlines())
    return "\n".join(lines).strip()
