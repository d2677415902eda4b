"""Who is in the story: three children, the staff and partners around them, and one who must hear nothing."""

from datetime import date
from typing import Any

from daemon.domain.person import Person, Post

ALL = ("SC-1", "SC-2", "SC-3")
ELDEST, YOUNGER = ("SC-1",), ("SC-2", "SC-3")
FAMILY = "F-1"
MOTHER, FATHER = "mother", "father"  # their ids on every invite list
EXCLUDED = "tina"  # she manages the family's team, and is related to them


def member(
    name: str, role: str, team: str | None = None, agency: str | None = None, **more: Any
) -> Person:
    """Return somebody of the authority, or of a partner where an agency is named."""
    host = {"police": "police.example", "health": "health.example", "education": "school.example"}
    address = f"{name}@{host[agency] if agency else 'council.example'}"
    return Person(name, {"email": address}, posts=(Post(role, team, agency),), **more)


STAFF = [
    member("sam", "social_worker", "north", manager="tom"),
    member("cora", "team_coordinator", "north", manager="tom"),
    member(
        "tom", "team_manager", "north", manager="wes", delegate=EXCLUDED,
        absences=((date(2026, 8, 17), date(2026, 8, 28)),),
    ),
    member(EXCLUDED, "team_manager", "north", manager="wes"),
    member("sue", "safeguarding_service_manager"),
    member("wes", "social_work_service_manager"),
    member("conor", "conference_coordinator"),
    member("chris", "cp_chair", manager="sue"),
    member("dora", "duty_cp_chair", manager="sue"),
    member("tess", "cp_team_support"),
    member("ada", "cp_admin_support"),
    member("minnie", "minute_taker"),
    member("audrey", "childrens_services_auditor"),
    member("duty", "duty_mailbox"),
    member("eve", "safeguarding_lead_agency", agency="education"),
    member("hana", "safeguarding_lead_agency", agency="health"),
    member("pam", "safeguarding_lead_agency", agency="police"),
]  # fmt: skip
POLICE: dict[str, Any] = {
    "id": "police", "agency": "police", "role": "police_officer", "person": "petra@police.example",
    "key": True, "report_expected": True,
}  # fmt: skip
HEALTH: dict[str, Any] = {
    "id": "health", "agency": "health", "role": "health_visitor", "person": "hazel@health.example",
    "key": True, "report_expected": True,
}  # fmt: skip
SCHOOL: dict[str, Any] = {
    "id": "school", "agency": "education", "role": "dsl", "person": "dan@school.example",
    "key": True, "report_expected": True,
}  # fmt: skip
WORKER = {"id": "worker", "role": "social_worker", "person": "sam@council.example"}
MINUTES = {"id": "minutes", "role": "minute_taker", "person": "minnie@council.example"}
BY_OVERSIGHT = {
    "id": "relative",
    "role": "lead_practitioner",
    "person": f"{EXCLUDED}@council.example",
}
PARENTS = [
    {"id": MOTHER, "role": "parents_carers", "is_family": True, "contact": "task_only"},
    {
        "id": FATHER, "role": "parents_carers", "is_family": True, "contact": "task_only",
        "apart_from": [MOTHER],
    },
]  # fmt: skip
INVITED = [POLICE, HEALTH, SCHOOL, WORKER, MINUTES, BY_OVERSIGHT, *PARENTS]
REVIEWERS: list[dict[str, Any]] = [POLICE, HEALTH, SCHOOL, WORKER, *PARENTS]


def record(ref: str, born_on: str) -> dict[str, Any]:
    """Return what the case system shows of a child before anything has happened."""
    return {
        "ref": ref, "pathway": "stoke-on-trent", "family": FAMILY, "team": "north",
        "born_on": born_on, "excluded": [EXCLUDED], "roles": {"social_worker": ["sam"]},
        "facts": {}, "plans": [], "actions": [],
    }  # fmt: skip


RECORDS = {
    "SC-1": record("SC-1", "2011-06-14"),
    "SC-2": record("SC-2", "2017-05-04"),
    "SC-3": record("SC-3", "2022-09-30"),
}
