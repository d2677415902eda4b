"""docs/reference/json-contracts.md: what other programs read, key by key, with examples that the product made."""

import json
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import yaml

from daemon.cli.main import parser
from tests.reference.page import HERE, Page, page
from tests.reference.produced import produced, taken

SAID = HERE / "json-contracts.yaml"
OF_VERBS = HERE / "json-contracts-of-verbs.yaml"  # its contracts stand behind the others
PLACES = f"{SAID.name} or {OF_VERBS.name}"
SHOWN = 2  # of a list, so many stand in the example


def made() -> Page:
    """Return the page, in the order of the two files, and which verb's `--json` stands in neither."""
    said, more = (yaml.safe_load(file.read_text("utf-8")) for file in (SAID, OF_VERBS))
    whole = {**said, "contracts": said["contracts"] | more["contracts"]}
    made = built(whole, produced(), taken())
    return made._replace(lacking=(*made.lacking, *unsaid(parser(), whole["contracts"].values())))


def unsaid(top: ArgumentParser, contracts: Collection[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a sentence of each verb that prints JSON for programs, and of whose JSON no contract tells."""
    for action in top._actions:
        if isinstance(action, _SubParsersAction):
            for verb in action.choices.values():
                yield from unsaid(verb, contracts)
        elif "--json" in action.option_strings and not any(
            one["title"].startswith(f"`{top.prog} ") for one in contracts
        ):
            yield f"{top.prog} --json: nothing says what it prints; write it into {OF_VERBS.name}"


def built(said: Mapping[str, Any], found: Mapping[str, Sequence[Any]], read: set[str]) -> Page:
    """Return the page of these words, of these documents by contract, and of the keys that a record may have."""
    contracts, lacking = [], []
    for name, one in said["contracts"].items():
        own, every = one["keys"], _every(name, said)
        there = {path for document in found[name] for path in _paths(document, said["named"])}
        there = read if name == "record" else there
        bare = {
            path for path in there - every.keys() if path.rpartition(".")[2] not in said["shared"]
        }
        lacking += [
            f"{name}: {path} has no description; write one into {PLACES}" for path in sorted(bare)
        ]
        lacking += [
            f"{PLACES}: {name}: {path}: nothing gives it; take it out"
            for path in sorted(every.keys() - there)
        ]
        lacking += [
            f"{name}: {path} is empty in every document; have tests/reference/produced.py make one in which it is not"
            for path in ([] if name == "record" else _empty(found[name], said))
        ]
        examples = [_example(document, name, said) for document in _shown(name, found[name])]
        contracts.append({**one, "rows": own, "examples": examples})
    return page("json-contracts", lacking, contracts=contracts, shared=said["shared"])


def _every(name: str, said: Mapping[str, Any]) -> dict[str, str]:
    one = said["contracts"][name]
    below = _every(one["inherits"], said) if "inherits" in one else {}
    return {**below, **one["keys"]}


def _paths(value: Any, named: Sequence[str], place: str = "") -> Iterator[str]:
    """Yield the path of every key; of a table of names, NAME, and of a fact no further than that."""
    if isinstance(value, list):
        for one in value:
            yield from _paths(one, named, f"{place}[]")
    elif isinstance(value, dict):
        last = place.rpartition(".")[2]
        for key, one in value.items():
            if last in named:
                yield from () if last == "facts" else _paths(one, named, f"{place}.NAME")
            else:
                path = f"{place}.{key}".removeprefix(".")
                yield path
                yield from _paths(one, named, path)


def _empty(documents: Sequence[Any], said: Mapping[str, Any]) -> list[str]:
    """Return the lists of which no document shows what stands in them: nothing holds the page to their keys."""
    seen: dict[str, bool] = {}
    for document in documents:
        for place, is_full in _lists(document):
            seen[place] = seen.get(place, False) or is_full
    return sorted(
        place
        for place, is_full in seen.items()
        if not is_full and place.rpartition(".")[2] not in said["plain"]
    )


def _lists(value: Any, place: str = "") -> Iterator[tuple[str, bool]]:
    """Yield the place of every list, and whether anything stands in it."""
    if isinstance(value, list):
        yield place, bool(value)
    for key, one in value.items() if isinstance(value, dict) else ():
        yield from _lists(one, f"{place}.{key}".removeprefix("."))
    for one in value if isinstance(value, list) else ():
        yield from _lists(one, f"{place}[]")


def _shown(name: str, documents: Sequence[Any]) -> Sequence[Any]:
    """Return what stands as the example: of a feed a record and a problem, of the others one document."""
    return (documents[0], documents[-1]) if name == "feed" else documents[:1]


def _example(document: Any, name: str, said: Mapping[str, Any]) -> str:
    """Return a document as the page shows it: of one that adds to another, what it adds."""
    one = said["contracts"][name]
    own = {key: document[key] for key in document if key in one["keys"]}
    shown = own if "inherits" in one else document
    return json.dumps(_short(shown, name, said["masked"]), ensure_ascii=False, indent=1)


def _short(value: Any, place: str, masked: Mapping[str, Any]) -> Any:
    """Return a value with its long lists cut, and without what differs from run to run."""
    for name in (place, place.rpartition(".")[2]):
        if name in masked:
            return masked[name]
    if isinstance(value, list):
        cut = [_short(one, f"{place}[]", masked) for one in value[:SHOWN]]
        return [*cut, "…"] if len(value) > SHOWN else cut
    if isinstance(value, dict):
        return {key: _short(one, f"{place}.{key}", masked) for key, one in value.items()}
    return value
