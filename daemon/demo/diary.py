"""The conference diary as it stands at one moment: the rows of its seven sheets."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from daemon.demo.histories import Family, Sitting, has_happened, local, status_of
from daemon.demo.invitees import attendance, invitees, reports
from daemon.demo.staff import MINUTE_TAKER
from daemon.domain.times import day_of
from daemon.domain.working_days import WorkingDays

Row = Mapping[str, str]
COLUMNS = {
    "conference.csv": (
        "conference_id kind case_refs strategy_date booked_start booked_end venue online_link "
        "chair minute_taker status rearranged_from not_required_on invite_list_received_at "
        "police_report_requested_at held_date effective quorate outcome decisions_to_chair_at "
        "decisions_approved_at decisions_sent_at minutes_sent_at minutes_shared_with_family_at"
    ),
    "invitee.csv": (
        "conference_id invitee_id role person agency area email secure_channel key_agency "
        "report_expected is_family apart_from excluded_by_chair"
    ),
    "attendance.csv": "conference_id invitee_id attendance",
    "report.csv": "conference_id author agency received_at authorised_at shared_with_parents_at",
    "core_group.csv": "case_ref plan_id held_date next_date minutes_sent_at",
    "milestone.csv": "case_ref plan_id kind done_at",
    "case.csv": "case_ref excluded safety_plan_on",
}
FLAWS = (
    ("conference.csv", "M-9001 is about SC-199999, whom the case system does not know"),
    ("conference.csv", "M-9002 was held, and its outcome is a word that stands in no list"),
    ("report.csv", "the school's report for M-9002 was received on 31 February"),
)


def sheets(families: Sequence[Family], now: datetime) -> dict[str, list[Row]]:
    """Return the good rows of every sheet as at `now`; the malformed ones are made by `flawed`."""
    found: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    for family in families:
        for sitting in family.sittings:
            if not has_happened(sitting.booked_at, now):
                continue
            found["conference.csv"].append(_conference(family, sitting, now))
            found["report.csv"] += reports(family, sitting, now)
            if has_happened(family.list_received_at, now):
                found["invitee.csv"] += invitees(family, sitting)
                if status_of(family, sitting, now) == "held":
                    found["attendance.csv"] += attendance(family, sitting)
        found["core_group.csv"] += _core_groups(family, now)
        found["case.csv"] += _cases(family, now)
    return found


def _conference(family: Family, sitting: Sitting, now: datetime) -> Row:
    def stamp(at: datetime | None) -> str:
        return local(at) if at is not None and at <= now else ""

    first = family.sittings[0]
    status = status_of(family, sitting, now)
    row = {
        "conference_id": sitting.id,
        "kind": "ICPC",
        "case_refs": ";".join(family.refs),
        "strategy_date": family.strategy_on.isoformat(),
        "chair": family.chair,
        "minute_taker": MINUTE_TAKER,
        "status": status,
        "rearranged_from": "" if sitting is first else first.id,
        "invite_list_received_at": stamp(family.list_received_at if sitting is first else None),
        "police_report_requested_at": stamp(sitting.police_asked_at),
        "booked_start": local(sitting.starts_at),
        "booked_end": local(sitting.ends_at),
        "venue": "Civic Hall",
        "online_link": f"https://meet.potterby.example/{sitting.id}",
    }
    if family.not_required_at is not None and status == "not required":
        row["not_required_on"] = day_of(family.not_required_at).isoformat()
    if status == "held" and family.papers is not None:
        papers = family.papers
        row |= {
            "held_date": day_of(sitting.ends_at).isoformat(),
            "effective": "Y",
            "quorate": "Y",
            "outcome": "plan" if family.has_plan else "no plan",
            "decisions_to_chair_at": stamp(papers.drafted_at),
            "decisions_approved_at": stamp(papers.approved_at),
            "decisions_sent_at": stamp(papers.sent_at),
            "minutes_sent_at": stamp(papers.minutes_at),
            "minutes_shared_with_family_at": stamp(papers.minutes_shared_at),
        }
    return row


def _core_groups(family: Family, now: datetime) -> Iterator[Row]:
    group = family.core_group
    if group is None or group.held_at > now:
        return
    for child in family.children:
        yield {
            "case_ref": child.ref,
            "plan_id": child.plan_id,
            "held_date": day_of(group.held_at).isoformat(),
            "next_date": group.next_on.isoformat(),
            "minutes_sent_at": local(group.papers_at) if group.papers_at <= now else "",
        }


def _cases(family: Family, now: datetime) -> Iterator[Row]:
    if family.strategy_at > now:
        return
    safe = local(family.safe_at) if family.safe_at <= now else ""
    for ref in family.refs:
        yield {"case_ref": ref, "excluded": family.excluded or "", "safety_plan_on": safe}


def flawed(start: date, days: WorkingDays) -> dict[str, list[Row]]:
    """Return the malformed rows of `FLAWS`: none is about a child whom the case system knows."""
    # whatever follows from it was due before the start
    review_on = days.shift(start, -3).isoformat()
    stranger, review = (
        {"conference_id": meeting, "kind": "RCPC", "case_refs": "SC-199999", "status": "held"}
        | {"held_date": review_on, "effective": "Y", "quorate": "Y", "outcome": outcome}
        for meeting, outcome in (("M-9001", "continue"), ("M-9002", "carry on"))
    )
    return {
        "conference.csv": [stranger, review],
        "report.csv": [
            {"conference_id": "M-9002", "agency": "education", "received_at": f"31/02/{start.year}"}
        ],
    }
