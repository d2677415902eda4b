"""Who works with a child: the social worker and the team of the latest involvement that is open."""

from collections.abc import Callable, Collection

from daemon.mapping.cells import words
from daemon.mapping.rows import Cases, Record
from integrations.sql_query.ssd.tables import DEPARTMENT, INVOLVEMENT, PROFESSIONAL, moment_of

Doubt = Callable[[str, str], None]


class Staff:
    """Involvements, professionals and departments as they are read, one row after another."""

    def __init__(self, cases: Cases, roles: Collection[str], today: str) -> None:
        """Take involvements of these codes alone, where any are given."""
        self.cases, self.roles, self.today = cases, roles, today
        self.workers: dict[str, tuple[str, Record]] = {}
        self.ids: dict[str, str] = {}
        self.teams: set[str | None] = set()

    def involvement(self, row: Record, _: str) -> None:
        """Keep a child's latest open involvement: of the allocated worker, where codes are set."""
        ref, role = words(row["invo_person_id"]), words(row["invo_professional_role_id"])
        if ref not in self.cases.bodies or (self.roles and role not in self.roles):
            return
        start = moment_of(row, "invo_involvement_start_date") or ""
        end = moment_of(row, "invo_involvement_end_date")
        is_open = start[:10] <= self.today and (end is None or end[:10] > self.today)
        if is_open and (ref not in self.workers or start >= self.workers[ref][0]):
            self.workers[ref] = (start, row)

    def professional(self, row: Record, _: str) -> None:
        """Keep a professional's staff id."""
        professional, person = words(row["prof_professional_id"]), words(row["prof_staff_id"])
        if professional and person:
            self.ids[professional] = person

    def department(self, row: Record, _: str) -> None:
        """Keep a team."""
        self.teams.add(words(row["dept_team_id"]))

    def allocate(self, doubt: Doubt) -> None:
        """Give each child its social worker and team."""
        for ref, (_, row) in self.workers.items():
            place = f"{INVOLVEMENT}/{row['invo_involvements_id']}"
            body, professional = self.cases.bodies[ref], words(row["invo_professional_id"])
            if person := self.ids.get(professional or ""):
                body["roles"] = {"social_worker": person}
            else:
                doubt(place, f"its professional has no staff id in {PROFESSIONAL}")
            if team := words(row["invo_professional_team"]):
                body["team"] = team
                if team not in self.teams:
                    doubt(place, f"invo_professional_team is no team of {DEPARTMENT}")
