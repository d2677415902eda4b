"""The staff list of the sample authority: posts with numbers for names."""

from collections.abc import Mapping
from datetime import date, timedelta

TEAMS = {"north": "North locality team", "south": "South locality team"}
SOCIAL_WORKERS = {f"SW0{number}": "north" if number % 2 else "south" for number in range(1, 7)}
MANAGERS = {"north": "TM01", "south": "TM02"}
CHAIRS = ("CH01", "CH02")
RELATED = {"north": "TC01", "south": "TC02"}  # of a team, who is related to one of its families
MINUTE_TAKER = "MT01"
PARTNERS = {  # agency: its child-protection desk
    "police": "cp.desk@police.example",
    "health": "safeguarding.team@health.example",
    "education": "safeguarding.lead@schools.example",
}
# team: where its agencies' leads sit
AREAS = {"north": "potterby_north", "south": "potterby_south"}
COLUMNS = (
    "staff_id name email teams_address role team agency area manager_id absent_from absent_to "
    "delegate_id"
)
POSTS = (  # (id, roles, team, manager)
    *((MANAGERS[team], "team_manager", team, "SM02") for team in TEAMS),
    ("TC01", "team_coordinator", "north", "TM01"),
    ("TC02", "team_coordinator", "south", "TM02"),
    ("SM01", "safeguarding_service_manager", "", ""),
    ("SM02", "social_work_service_manager", "", ""),
    *((chair, "cp_chair", "", "SM01") for chair in CHAIRS),
    ("CC01", "conference_coordinator", "", "SM01"),
    (MINUTE_TAKER, "minute_taker", "", "CC01"),
    ("CS01", "cp_team_support", "", "CC01"),
    ("BOX1", "conference_information_mailbox", "", "SM01"),
    ("BOX2", "duty_mailbox", "", "SM01"),
)


def placeholder(staff_id: str) -> str:
    """Return what stands where a real list has a name."""
    return f"Placeholder {staff_id}"


def staff_list(away: str, start: date) -> list[Mapping[str, str]]:
    """Return the rows of people.csv; `away` is on leave in the second week, with a delegate."""
    workers = [
        (worker, "social_worker", team, MANAGERS[team]) for worker, team in SOCIAL_WORKERS.items()
    ]
    people = [
        {
            "staff_id": staff_id,
            "name": placeholder(staff_id),
            "role": role,
            "team": team,
            "email": f"{staff_id.lower()}@potterby.example",
            "teams_address": f"{staff_id.lower()}@potterby.example",
            "agency": "childrens_social_care",
            "manager_id": manager,
        }
        for staff_id, role, team, manager in (*workers, *POSTS)
    ]
    leads = [(agency, area) for agency in PARTNERS for area in AREAS.values()]
    for number, (agency, area) in enumerate(leads, start=1):
        staff_id = f"PA{number:02}"
        people.append(
            {
                "staff_id": staff_id,
                "name": placeholder(staff_id),
                "role": "safeguarding_lead_agency",
                "email": f"lead.{area}@{PARTNERS[agency].rpartition('@')[2]}",
                "agency": agency,
                "area": area,
            }
        )
    row = next(person for person in people if person["staff_id"] == away)
    row["absent_from"] = (start + timedelta(days=7)).isoformat()
    row["absent_to"] = (start + timedelta(days=11)).isoformat()
    row["delegate_id"] = next(
        worker for worker, team in SOCIAL_WORKERS.items() if team == row["team"] and worker != away
    )
    return list(people)
