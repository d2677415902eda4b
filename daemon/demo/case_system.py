"""The case system's database at one moment: rows of the Standard Safeguarding Dataset."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time

from daemon.demo.dealing import STATUTORY_WORKING_DAYS
from daemon.demo.histories import Child, Family
from daemon.demo.staff import SOCIAL_WORKERS, TEAMS, placeholder
from daemon.domain.times import day_of
from daemon.domain.working_days import WorkingDays

Row = Mapping[str, object]
OUTCOME_FLAGS = (
    "NFA_FLAG LEGAL_ACTION_FLAG PROV_OF_SERVICES_FLAG PROV_OF_SB_CARE_FLAG CP_CONFERENCE_FLAG "
    "NFA_CONTINUE_SINGLE_FLAG MONITOR_FLAG OTHER_OUTCOMES_EXIST_FLAG"
)
DECISION_FLAGS = (
    "NFA_FLAG REFERRAL_TO_OTHER_AGENCY_FLAG SINGLE_ASSESSMENT_FLAG PROV_OF_SERVICES_FLAG CP_FLAG "
    "OTHER_OUTCOMES_EXIST_FLAG"
)


def tables(families: Sequence[Family], now: datetime, days: WorkingDays) -> dict[str, list[Row]]:
    """Return every table's rows as at `now`.  A family is there from its strategy discussion on."""
    known = [family for family in families if family.strategy_at <= now]
    found: dict[str, list[Row]] = {
        "ssd_department": [{"dept_team_id": team, "dept_team_name": TEAMS[team]} for team in TEAMS],
        "ssd_professionals": [_professional(worker) for worker in SOCIAL_WORKERS],
        "ssd_person": [],
        "ssd_family": [],
        "ssd_involvements": [],
        "ssd_s47_enquiry": [],
        "ssd_initial_cp_conference": [],
        "ssd_cp_plans": [],
    }
    children = [(family, child) for family in known for child in family.children]
    for family, child in children:
        found["ssd_person"].append({"pers_person_id": child.ref, "pers_dob": _day(child.born_on)})
        found["ssd_family"].append(_kinship(family, child))
        found["ssd_involvements"].append(_involvement(family, child))
        found["ssd_s47_enquiry"].append(_enquiry(family, child, now))
        found["ssd_initial_cp_conference"] += _conference(family, child, now, days)
        found["ssd_cp_plans"] += _plan(family, child, now)
    return found


def _day(value: date) -> datetime:
    """Return a date as the dataset holds it: midnight, and no time zone."""
    return datetime.combine(value, time())


def _flags(names: str, raised: str) -> str:
    flags = {name: "Y" if name == raised else "N" for name in names.split()}
    return json.dumps(flags | {"TOTAL_NO_OF_OUTCOMES": "1"})


def _professional(staff_id: str) -> Row:
    return {
        "prof_professional_id": f"PR-{staff_id}",
        "prof_staff_id": staff_id,
        "prof_professional_name": placeholder(staff_id),
        "prof_professional_job_title": "Social worker",
        "prof_professional_department": SOCIAL_WORKERS[staff_id],
    }


def _kinship(family: Family, child: Child) -> Row:
    return {
        "fami_table_id": f"FA-{child.ref}",
        "fami_family_id": family.id,
        "fami_person_id": child.ref,
    }


def _involvement(family: Family, child: Child) -> Row:
    return {
        "invo_involvements_id": f"IN-{child.ref}",
        "invo_professional_id": f"PR-{family.social_worker}",
        "invo_professional_role_id": "AW",
        "invo_professional_team": family.team,
        "invo_person_id": child.ref,
        "invo_involvement_start_date": _day(family.strategy_on),
        "invo_involvement_end_date": None,
    }


def _enquiry(family: Family, child: Child, now: datetime) -> Row:
    has_ended = family.concluded_at <= now
    raised = "CP_CONFERENCE_FLAG" if family.is_at_risk else "NFA_FLAG"
    return {
        "s47e_s47_enquiry_id": f"S47-{child.ref}",
        "s47e_person_id": child.ref,
        "s47e_s47_start_date": _day(family.strategy_on),
        "s47e_s47_end_date": _day(day_of(family.concluded_at)) if has_ended else None,
        "s47e_s47_nfa": ("N" if family.is_at_risk else "Y") if has_ended else None,
        "s47e_s47_outcome_json": _flags(OUTCOME_FLAGS, raised) if has_ended else None,
        "s47e_s47_completed_by_team": family.team if has_ended else None,
    }


def _conference(family: Family, child: Child, now: datetime, days: WorkingDays) -> Iterator[Row]:
    """Yield the row of the present attempt, which stands there undated before it is held."""
    booked = [sitting for sitting in family.sittings if sitting.booked_at <= now]
    if not booked or not family.is_at_risk:
        return
    held_at = family.held_at
    is_held = held_at is not None and held_at <= now
    raised = "CP_FLAG" if family.has_plan else "NFA_FLAG"
    yield {
        "icpc_icpc_id": f"IC-{child.ref}",
        "icpc_icpc_meeting_id": booked[-1].id,
        "icpc_s47_enquiry_id": f"S47-{child.ref}",
        "icpc_person_id": child.ref,
        "icpc_cp_plan_id": child.plan_id if is_held and family.has_plan else None,
        "icpc_icpc_transfer_in": "N",
        "icpc_icpc_target_date": _day(days.shift(family.strategy_on, STATUTORY_WORKING_DAYS)),
        "icpc_icpc_date": _day(day_of(held_at)) if held_at and is_held else None,
        "icpc_icpc_outcome_cp_flag": ("Y" if family.has_plan else "N") if is_held else None,
        "icpc_icpc_outcome_json": _flags(DECISION_FLAGS, raised) if is_held else None,
        "icpc_icpc_team": family.team,
        "icpc_icpc_worker_id": family.social_worker,
    }


def _plan(family: Family, child: Child, now: datetime) -> Iterator[Row]:
    if family.has_plan and family.held_at is not None and family.held_at <= now:
        yield {
            "cppl_cp_plan_id": child.plan_id,
            "cppl_icpc_id": f"IC-{child.ref}",
            "cppl_person_id": child.ref,
            "cppl_cp_plan_start_date": _day(day_of(family.held_at)),
            "cppl_cp_plan_end_date": None,
            "cppl_cp_plan_ola": "N",
            "cppl_cp_plan_initial_category": family.category,
            "cppl_cp_plan_latest_category": family.category,
        }
