"""What was answered to us about a case, as one fragment of its record."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from daemon.decide.record.sooner import dated_anew
from daemon.decide.record.values import parts_of
from daemon.domain.answer import Said
from daemon.domain.times import iso

TRUTHS = {"true": True, "false": False}


def fragment_of(ref: str, answers: Iterable[Said]) -> dict[str, Any]:
    """Return the answers about one case in the JSON form of DOMAIN section 2.

    `answers` are in the order in which they were given: of a field the last one counts; facts all
    stand, and a rule takes the last of a name.
    """
    body: dict[str, Any] = {"ref": ref, "facts": {}}
    for one in answers:
        home = _home(body, one)
        if one.name == "scheduled_at" and one.is_field:
            home.update(dated_anew(home, one.value, one.said_at))
            continue
        if one.is_field:
            home[one.name] = TRUTHS.get(one.value or "", one.value)
            continue
        facts = home.setdefault("facts", {})
        shown = {"at": iso(one.at), "value": one.value, "about": one.about}
        facts.setdefault(one.name, []).append({k: v for k, v in shown.items() if v is not None})
    return body


def _home(body: dict[str, Any], said: Said) -> dict[str, Any]:
    place = said.place
    if place.meeting is not None:
        meeting = _part(body, "meetings", place.meeting)
        if place.kind is not None:
            meeting["kind"] = place.kind
        return _part(meeting, "invitees", place.invitee) if place.invitee else meeting
    return _part(body, "plans", place.plan) if place.plan else body


def _part(body: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    parts: list[dict[str, Any]] = body.setdefault(key, [])
    found = next((part for part in parts if part["id"] == name), None)
    if found is None:
        found = {"id": name}
        parts.append(found)
    return found


def paired(
    ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield the facts of the case, and of each meeting that both show, with where they stand."""
    yield "facts.", _facts(ours), _facts(theirs)
    others = {part.get("id"): part for part in parts_of(theirs, "meetings")}
    for part in parts_of(ours, "meetings"):
        if part["id"] in others:
            yield f"meeting {part['id']}: ", _facts(part), _facts(others[part["id"]])


def contradictions(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the facts of which a feed shows another value than was answered to us, with theirs.

    What was answered stands (DOMAIN section 2); whoever answered is shown that the record says otherwise.
    """
    found = []
    for name, mine in ours.items():
        other = theirs.get(name)
        if other is not None and _last(other) not in (None, _last(mine)):
            found.append((name, _last(other)))
    return found


def _facts(body: Mapping[str, Any]) -> Mapping[str, Any]:
    facts = body.get("facts")
    return facts if isinstance(facts, Mapping) else {}


def _last(value: object) -> object:
    items = value if isinstance(value, list) else [value]
    last = items[-1] if items else None
    return last.get("value") if isinstance(last, Mapping) else None
