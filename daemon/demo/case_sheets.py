"""The case system at one moment as sheets: what a list of open enquiries, exported from it, would show."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from daemon.demo.histories import Child, Family, Sitting
from daemon.domain.times import day_of

COLUMNS = {
    "case.csv": "case_ref family team born_on social_worker strategy_on decision concluded_on outcome",
    "conference.csv": "conference_id kind case_refs status held_date outcome",
}


def sheets(families: Sequence[Family], now: datetime) -> dict[str, list[Mapping[str, str]]]:
    """Return the rows of both sheets as at `now`. A family is there from its strategy discussion on."""
    known = [family for family in families if family.strategy_at <= now]
    return {
        "case.csv": [dict(_case(one, child, now)) for one in known for child in one.children],
        "conference.csv": [
            {
                "conference_id": sitting.id,
                "kind": "ICPC",
                "case_refs": ";".join(family.refs),
                "status": "held",
                "held_date": day_of(held_at).isoformat(),
                "outcome": "plan" if family.has_plan else "no plan",
            }
            for family in known
            for sitting, held_at in _held(family, now)
        ],
    }


def records(families: Sequence[Family], now: datetime) -> list[dict[str, Any]]:
    """Return the same as a REST interface would say it, with each child's conference and plan in it."""
    found = []
    for family in families:
        held = [(sitting.id, day_of(at).isoformat()) for sitting, at in _held(family, now)]
        decision = "plan" if family.has_plan else "no_plan"
        for child in family.children if family.strategy_at <= now else ():
            row: dict[str, Any] = dict(_case(family, child, now))
            row["id"], row["born"], row["worker"] = (
                row.pop(name) for name in ("case_ref", "born_on", "social_worker")
            )
            row["conferences"] = [
                {"id": name, "status": "held", "held_on": day, "decision": decision}
                for name, day in held
            ]
            row["plans"] = [
                {"id": child.plan_id, "started_on": day} for _, day in held if family.has_plan
            ]
            found.append(row)
    return found


def _case(family: Family, child: Child, now: datetime) -> Iterator[tuple[str, str]]:
    yield "case_ref", child.ref
    yield "family", family.id
    yield "team", family.team
    yield "born_on", child.born_on.isoformat()
    yield "social_worker", family.social_worker
    yield "strategy_on", family.strategy_on.isoformat()
    yield "decision", "section_47"
    if family.concluded_at <= now:
        yield "concluded_on", day_of(family.concluded_at).isoformat()
        yield "outcome", "at_risk" if family.is_at_risk else "not_at_risk"


def _held(family: Family, now: datetime) -> Iterator[tuple[Sitting, datetime]]:
    """Yield the sitting that was held, and when it was over."""
    if family.held_at is not None and family.held_at <= now:
        yield family.sittings[-1], family.held_at
