"""Who is asked to a conference, who came, and which reports were in: three sheets of the diary."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from daemon.demo.histories import Family, Sitting, local
from daemon.demo.staff import AREAS, PARTNERS

Row = Mapping[str, str]
SOCIAL_CARE = "childrens_social_care"
FAMILY = (("I-9", "I-10", "N"), ("I-10", "I-9", "N"), ("I-11", "", "Y"))
ROLES = {"police": "police_officer", "health": "professionals", "education": "dsl"}


def invitees(family: Family, sitting: Sitting) -> Iterator[Row]:
    """Yield the list: the social worker, the agencies' desks, the parents (no address)."""
    yield {
        "conference_id": sitting.id,
        "invitee_id": "I-1",
        "role": "social_worker",
        "person": family.social_worker,
        "agency": SOCIAL_CARE,
        "key_agency": "Y",
        "report_expected": "Y",
        "is_family": "N",
    }
    for number, (agency, role) in enumerate(ROLES.items(), start=2):
        yield {
            "conference_id": sitting.id,
            "invitee_id": f"I-{number}",
            "role": role,
            "agency": agency,
            "area": AREAS[family.team],
            "email": PARTNERS[agency],
            "secure_channel": "Y",
            "key_agency": "N" if agency == "education" else "Y",
            "report_expected": "Y",
            "is_family": "N",
        }
    for name, other, is_left_out in FAMILY if family.excluded else FAMILY[:1]:
        yield {
            "conference_id": sitting.id,
            "invitee_id": name,
            "role": "parents_carers",
            "key_agency": "N",
            "report_expected": "N",
            "is_family": "Y",
            "apart_from": other if family.excluded else "",
            "excluded_by_chair": is_left_out,
        }


def attendance(family: Family, sitting: Sitting) -> Iterator[Row]:
    """Yield who came."""
    for invitee in invitees(family, sitting):
        if invitee.get("excluded_by_chair") == "Y":
            continue
        is_away = bool(invitee.get("agency")) and invitee.get("agency") == family.apologies_from
        yield {
            "conference_id": sitting.id,
            "invitee_id": invitee["invitee_id"],
            "attendance": "apologies" if is_away else "present",
        }


def reports(family: Family, sitting: Sitting, now: datetime) -> Iterator[Row]:
    """Yield the reports that have come: the agencies' all at once, our own an hour before it is authorised."""
    if not family.is_at_risk:
        return
    if sitting.report_authorised_at <= now:
        shared_at = sitting.report_shared_at
        yield {
            "conference_id": sitting.id,
            "author": family.social_worker,
            "agency": SOCIAL_CARE,
            "received_at": local(sitting.report_authorised_at - timedelta(hours=1)),
            "authorised_at": local(sitting.report_authorised_at),
            "shared_with_parents_at": local(shared_at) if shared_at <= now else "",
        }
    if sitting.agencies_reported_at <= now:
        for agency in ROLES:
            came = local(sitting.agencies_reported_at)
            yield {"conference_id": sitting.id, "agency": agency, "received_at": came}
