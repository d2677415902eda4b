"""What really happened, as case records: what the feeds, once read and merged, ought to say."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from daemon.demo.histories import Child, CoreGroup, Family, Sitting, has_happened, local, status_of
from daemon.demo.staff import AREAS, MINUTE_TAKER, PARTNERS
from daemon.domain.times import day_of, iso

PATHWAY = "stoke-on-trent"
STATUSES = {"not required": "cancelled"}  # the diary's word: the record's, where they differ
ASKED = {  # who is asked to every conference beside the social worker: role, is it a key agency?
    "police": ("police_officer", True),
    "health": ("professionals", True),
    "education": ("dsl", False),
}
Body = dict[str, Any]


def record(family: Family, child: Child, now: datetime) -> Body:
    """Return one child's record as at `now`, in the JSON form of DOMAIN section 2.

    It holds every fact from which the duties that the two feeds can show are decided.
    """
    facts: Body = {
        "strategy_discussion_held": family.strategy_on.isoformat(),
        "s47_decision_recorded": {"at": family.strategy_on.isoformat(), "value": "section_47"},
    }
    if family.safe_at <= now:
        facts["immediate_safety_action_plan_recorded"] = local(family.safe_at)
    if family.concluded_at <= now:
        ending = "at_risk" if family.is_at_risk else "not_at_risk"
        facts["s47_concluded"] = {"at": day_of(family.concluded_at).isoformat(), "value": ending}
    if family.not_required_at and family.not_required_at <= now:
        day = day_of(family.not_required_at).isoformat()
        facts["icpc_not_required"] = {"at": day, "value": "other"}  # the diary gives no reason
    booked = [sitting for sitting in family.sittings if sitting.booked_at <= now]
    meetings = [_conference(family, sitting, now) for sitting in booked]
    if family.core_group and family.core_group.held_at <= now:
        meetings += _core_groups(child, family.core_group, now)
    plans = []
    if family.has_plan and family.held_at and family.held_at <= now:
        started_on = day_of(family.held_at).isoformat()
        plans.append({"id": child.plan_id, "started_on": started_on, "ended_on": None})
    posts = {"cp_chair": family.chair, "minute_taker": MINUTE_TAKER} if booked else {}
    return {
        "ref": child.ref,
        "pathway": PATHWAY,
        "family": family.id,
        "team": family.team,
        "excluded": [family.excluded] if family.excluded else [],
        "born_on": child.born_on.isoformat(),
        "roles": {"social_worker": family.social_worker} | posts,
        "facts": facts,
        "meetings": meetings,
        "plans": plans,
        "as_known_at": iso(now),
    }


def _conference(family: Family, sitting: Sitting, now: datetime) -> Body:
    status = status_of(family, sitting, now)
    happened = {"police_report_requested": sitting.police_asked_at}
    if sitting is family.sittings[0] and family.list_received_at:
        happened["invite_list_received"] = family.list_received_at
    if family.is_at_risk:
        happened["conference_report_authorised"] = sitting.report_authorised_at
        happened["conference_report_shared"] = sitting.report_shared_at
    if status == "held" and family.papers:
        happened |= {
            "decisions_draft_sent": family.papers.drafted_at,
            "decisions_approved": family.papers.approved_at,
            "decisions_distributed": family.papers.sent_at,
            "minutes_available": family.papers.minutes_at,
            "minutes_shared_with_family": family.papers.minutes_shared_at,
        }
    facts: Body = {name: local(at) for name, at in happened.items() if at <= now}
    if family.is_at_risk and sitting.agencies_reported_at <= now:
        came = local(sitting.agencies_reported_at)
        facts["agency_report_submitted"] = [{"at": came, "about": agency} for agency in ASKED]
    meeting: Body = {
        "id": sitting.id,
        "kind": "icpc",
        "status": STATUSES.get(status, status),
        "held_on": None,
        "scheduled_at": local(sitting.starts_at),
        "ends_at": local(sitting.ends_at),
        "invitees": [],
        "facts": facts,
    }
    if has_happened(family.list_received_at, now):
        meeting["invitees"] = list(_invitees(family, is_over=status == "held"))
    if status == "held" and family.held_at:
        held_on = day_of(family.held_at).isoformat()
        decision = "plan" if family.has_plan else "no_plan"
        meeting |= {"held_on": held_on, "effective": True}
        facts["conference_decision_recorded"] = {"at": held_on, "value": decision}
    if has_happened(sitting.put_off_at, now):
        meeting["rearranged_to"] = family.sittings[-1].id
    return meeting


def _invitees(family: Family, *, is_over: bool) -> Iterator[Body]:
    """Yield everybody on the list: our own social worker, the agencies, the parents."""
    agencies = [
        {"agency": agency, "area": AREAS[family.team], "role": role, "person": PARTNERS[agency], "key": is_key,
         "report_expected": True}
        for agency, (role, is_key) in ASKED.items()
    ]  # fmt: skip
    ours: Body = {
        "agency": "childrens_social_care",
        "role": "social_worker",
        "person": family.social_worker,
    }
    parent: Body = {"role": "parents_carers", "is_family": True}
    everybody = {
        "I-1": ours | {"key": True, "report_expected": True},
        **{f"I-{number}": one for number, one in enumerate(agencies, start=2)},
        "I-9": parent | ({"apart_from": ["I-10"]} if family.excluded else {}),
    }
    if family.excluded:
        everybody["I-10"] = parent | {"apart_from": ["I-9"]}
        everybody["I-11"] = parent | {"excluded_by_chair": True}
    for name, one in everybody.items():
        is_away = one.get("agency") is not None and one.get("agency") == family.apologies_from
        comes = is_over and not one.get("excluded_by_chair")
        came = {"attendance": "apologies" if is_away else "present"} if comes else {}
        yield {"id": name, **one, **came}


def _core_groups(child: Child, group: CoreGroup, now: datetime) -> Iterator[Body]:
    """Yield the core group that was held, and the next one."""
    held_on, next_on = day_of(group.held_at).isoformat(), group.next_on.isoformat()
    sent = {"core_group_pack_sent": local(group.papers_at)} if group.papers_at <= now else {}
    yield {
        "id": f"CG-{child.ref}-{held_on}", "kind": "core_group", "status": "held", "held_on": held_on,
        "facts": sent,
    }  # fmt: skip
    yield {
        "id": f"CG-{child.ref}-{next_on}", "kind": "core_group", "status": "booked", "scheduled_at": next_on,
        "facts": {},
    }  # fmt: skip
