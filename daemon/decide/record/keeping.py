"""What of a fragment may be stored at all: the contract's own keys, and nothing that names or narrates."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from daemon.decide.people.recipients import FAMILY
from daemon.decide.record.contract import (
    ACTION_KEYS,
    FACT_KEYS,
    INVITEE_KEYS,
    MEETING_KEYS,
    PLAN_KEYS,
    RECORD_KEYS,
)
from daemon.decide.record.values import Values, is_of_family, is_personal, parse_moment
from daemon.domain.errors import Problem, Severity
from daemon.domain.vocabulary import Vocabulary

UNREADABLE = "?"  # stands for what was given and cannot be used; a reading reports it


def keep_known(
    body: Mapping[str, Any], words: Vocabulary
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return a fragment without any key that the contract does not have, and what was dropped.

    This runs before anything is stored: what is not here was never written to disk.
    """
    reader = Values(words)
    reader.ref = reader.text(body, "ref") or ""
    kept = _keep(reader, body, RECORD_KEYS, "")
    if isinstance(kept.get("roles"), Mapping):
        kept["roles"] = {
            role: reader.unaddressed(people, f"roles.{role}") if role in FAMILY else people
            for role, people in kept["roles"].items()
        }
    kept["ref"] = reader.ref  # the one spelling under which it is stored, decided and told
    for key, keys in (("meetings", MEETING_KEYS), ("plans", PLAN_KEYS), ("actions", ACTION_KEYS)):
        if isinstance(kept.get(key), list):
            parts = [
                _keep(reader, part, keys, f"{key}[{index}].")
                for index, part in enumerate(kept[key])
                if isinstance(part, Mapping)
            ]
            for part in parts:
                if isinstance(part.get("invitees"), list):
                    part["invitees"] = [
                        _keep_invitee(reader, invitee, f"{key}.invitees[{index}].")
                        for index, invitee in enumerate(part["invitees"])
                        if isinstance(invitee, Mapping)
                    ]
            kept[key] = parts
    return kept, tuple(replace(problem, severity=Severity.WARNING) for problem in reader.problems)


def _keep(
    reader: Values, body: Mapping[str, Any], keys: Mapping[str, object], where: str
) -> dict[str, Any]:
    reader.keys(body, keys, where)
    kept = {key: value for key, value in body.items() if key in keys}
    if isinstance(kept.get("facts"), Mapping):
        personal = {str(name): None for name in kept["facts"] if is_personal(str(name))}
        reader.keys(personal, {}, f"{where}facts.")
        kept["facts"] = {
            name: [_keep_fact(reader, name, item) for item in value]
            if isinstance(value, list)
            else _keep_fact(reader, name, value)
            for name, value in kept["facts"].items()
            if not is_personal(str(name))
        }
    return kept


def _keep_invitee(reader: Values, body: Mapping[str, Any], where: str) -> dict[str, Any]:
    kept = _keep(reader, body, INVITEE_KEYS, where)
    if "person" in kept and is_of_family(kept):
        kept["person"] = reader.unaddressed(kept["person"], f"{where}person")
    return kept


def _keep_fact(reader: Values, name: str, item: object) -> object:
    """Return a fact with its moment, value and subject; words where a date or a listed value belongs are not kept."""
    word = reader.words.facts.get(name)
    if word is None or item is None:
        return None  # the name alone, so that it is reported as long as the record shows it
    if not isinstance(item, Mapping):
        return item if _is_moment(item) else UNREADABLE
    reader.keys(item, FACT_KEYS, f"facts.{name}.")
    kept = {key: value for key, value in item.items() if key in FACT_KEYS}
    if kept.get("at") is not None and not _is_moment(kept["at"]):
        kept["at"] = UNREADABLE
    if kept.get("value") is not None and kept["value"] not in word.values:
        kept["value"] = UNREADABLE
    return kept


def _is_moment(value: object) -> bool:
    try:
        return bool(parse_moment(value))
    except ValueError:
        return False
