"""What really happened, as case records: what the feeds, once read and merged, ought to say."""

from datetime import datetime
from typing import Any

from daemon.demo.histories import Child, Family, Sitting, has_happened, local, status_of
from daemon.domain.times import day_of, iso

PATHWAY = "stoke-on-trent"
STATUSES = {"not required": "cancelled"}  # the diary's word: the record's, where they differ


def record(family: Family, child: Child, now: datetime) -> dict[str, Any]:
    """Return one child's record as at `now`, in the JSON form of DOMAIN section 2.

    It holds the facts from which the duties about invite list, conference and first core group
    are decided; reports, minutes, invitees and the next core group stand only in the diary.
    """
    facts: dict[str, Any] = {
        "strategy_discussion_held": family.strategy_on.isoformat(),
        "s47_decision_recorded": {"at": family.strategy_on.isoformat(), "value": "section_47"},
    }
    if family.concluded_at <= now:
        ending = "at_risk" if family.is_at_risk else "not_at_risk"
        facts["s47_concluded"] = {"at": day_of(family.concluded_at).isoformat(), "value": ending}
    if family.not_required_at and family.not_required_at <= now:
        day = day_of(family.not_required_at).isoformat()
        facts["icpc_not_required"] = {"at": day, "value": "other"}  # the diary gives no reason
    booked = [sitting for sitting in family.sittings if sitting.booked_at <= now]
    meetings = [_conference(family, sitting, now) for sitting in booked]
    if family.core_group_at and family.core_group_at <= now:
        day = day_of(family.core_group_at).isoformat()
        name = f"CG-{child.ref}-{day}"
        meetings.append({"id": name, "kind": "core_group", "status": "held", "held_on": day})
    plans = []
    if family.has_plan and family.held_at and family.held_at <= now:
        started_on = day_of(family.held_at).isoformat()
        plans.append({"id": child.plan_id, "started_on": started_on, "ended_on": None})
    return {
        "ref": child.ref,
        "pathway": PATHWAY,
        "family": family.id,
        "team": family.team,
        "born_on": child.born_on.isoformat(),
        "roles": {"social_worker": family.social_worker}
        | ({"cp_chair": family.chair} if meetings else {}),
        "facts": facts,
        "meetings": meetings,
        "plans": plans,
        "as_known_at": iso(now),
    }


def _conference(family: Family, sitting: Sitting, now: datetime) -> dict[str, Any]:
    status = status_of(family, sitting, now)
    facts: dict[str, Any] = {}
    if sitting is family.sittings[0] and family.list_received_at and family.list_received_at <= now:
        facts["invite_list_received"] = local(family.list_received_at)
    meeting: dict[str, Any] = {
        "id": sitting.id,
        "kind": "icpc",
        "status": STATUSES.get(status, status),
        "held_on": None,
        "facts": facts,
    }
    if sitting.starts_at and sitting.ends_at:
        meeting |= {"scheduled_at": local(sitting.starts_at), "ends_at": local(sitting.ends_at)}
    if status == "held" and family.held_at:
        held_on = day_of(family.held_at).isoformat()
        decision = "plan" if family.has_plan else "no_plan"
        meeting |= {"held_on": held_on, "effective": True}
        facts["conference_decision_recorded"] = {"at": held_on, "value": decision}
    if has_happened(sitting.put_off_at, now):
        meeting["rearranged_to"] = family.sittings[-1].id
    return meeting
