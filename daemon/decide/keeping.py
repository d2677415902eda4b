"""What of a fragment may be stored at all: the contract's own keys, and nothing that names or narrates."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from daemon.decide.contract import ACTION_KEYS, INVITEE_KEYS, MEETING_KEYS, PLAN_KEYS, RECORD_KEYS
from daemon.decide.values import Values, is_personal
from daemon.domain.errors import Problem, Severity
from daemon.domain.vocabulary import Vocabulary


def keep_known(
    body: Mapping[str, Any], words: Vocabulary
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return a fragment without any key that the contract does not have, and what was dropped.

    This runs before anything is stored: what is not here was never written to disk.
    """
    reader = Values(words, str(body.get("ref", "")))
    kept = _keep(reader, body, RECORD_KEYS, "")
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
                        _keep(reader, invitee, INVITEE_KEYS, f"{key}.invitees[{index}].")
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
        kept["facts"] = {
            name: value for name, value in kept["facts"].items() if not is_personal(str(name))
        }
    return kept
