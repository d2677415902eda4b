"""The figures of a rehearsal: one form for the table, the JSON and the page, so that they cannot differ."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from daemon.decide.trying.tally import Change, Tally
from daemon.domain.times import iso


def figures(
    tally: Tally, title: Callable[[str], str], role: Callable[[str], str], start: datetime, end: datetime
) -> dict[str, Any]:  # fmt: skip
    """Return everything that is shown; `title` and `role` give the words for a rule and a role."""
    total: Counter[Change] = Counter()
    for counts in tally.rules.values():
        total.update(counts)
    return {
        "from": iso(start), "to": iso(end), "cases": tally.cases,
        "notices": _counts(total),
        "messages": {"present": tally.messages.present, "draft": tally.messages.draft},
        "by_rule": [
            {"rule": name, "title": title(name), **_counts(counts), "examples": _examples(tally, name)}
            for name, counts in _largest(tally.rules)
        ],
        "by_role": [
            {"role": name, "title": role(name), **_counts(counts)} for name, counts in _largest(tally.roles)
        ],
        "by_week": [
            {"from": str(monday), "to": str(monday + timedelta(days=6)), "present": both.present, "draft": both.draft}
            for monday, both in tally.weeks().items()
        ],
        "by_person": [
            {"person": name, "title": _named(name, role), **_counts(counts)}
            for name, counts in _largest(tally.people)
        ],
        "busiest_day": {side: _busiest_day(tally, side) for side in ("present", "draft")},
        "busiest_person": {side: _busiest_person(tally, side, role) for side in ("present", "draft")},
    }  # fmt: skip


def _counts(counts: Mapping[Change, int]) -> dict[str, int]:
    found = {str(change): counts.get(change, 0) for change in Change}
    stay = found["same"] + found["earlier"] + found["later"]
    return {"present": stay + found["gone"], "draft": stay + found["new"], **found}


def _largest(
    table: Mapping[str, Mapping[Change, int]],
) -> Iterable[tuple[str, Mapping[Change, int]]]:
    """Return the rows: what changes most comes first, then what there is most of."""
    return sorted(table.items(), key=lambda row: (-_changed(row[1]), -sum(row[1].values()), row[0]))


def _changed(counts: Mapping[Change, int]) -> int:
    return sum(count for change, count in counts.items() if change is not Change.SAME)


def _examples(tally: Tally, rule: str) -> dict[str, list[str]]:
    found = {str(change): tally.examples.get((rule, change), []) for change in Change}
    return {change: sentences for change, sentences in found.items() if sentences}


def _busiest_day(tally: Tally, side: str) -> dict[str, Any] | None:
    return _most(((getattr(both, side), {"on": str(day)}) for day, both in tally.days.items()))


def _named(person: str, role: Callable[[str], str]) -> str:
    """Return a person as they are known; where nobody holds the role, says so in words."""
    if person.startswith("(") and person.endswith(")"):
        return f"{role(person[1:-1])} (a role that nobody holds)"
    return person


def _busiest_person(tally: Tally, side: str, role: Callable[[str], str]) -> dict[str, Any] | None:
    """Return who is told most on one day."""
    found = _most(
        (getattr(both, side), {"person": person, "on": str(day)})
        for (person, day), both in tally.person_days.items()
    )
    return found and {**found, "title": _named(found["person"], role)}


def _most(rows: Iterable[tuple[int, dict[str, Any]]]) -> dict[str, Any] | None:
    count, row = max(rows, key=lambda one: (one[0], *map(str, one[1].values())), default=(0, {}))
    return {**row, "notices": count} if count else None
