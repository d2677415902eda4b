"""What the dataset says of each child: enquiries, conferences, plans, and who holds the case."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from daemon.domain.errors import Severity
from daemon.domain.times import day_of
from integrations.sql_query.cases import Body, Cases, Record, fact, flag, moment, put, words
from integrations.sql_query.config import Config
from integrations.sql_query.ssd import outcomes
from integrations.sql_query.ssd.tables import (
    CONFERENCE,
    DEPARTMENT,
    ENQUIRY,
    FAMILY,
    INVOLVEMENT,
    OF_PERSON,
    PERSON,
    PLAN,
    PROFESSIONAL,
    REVIEW,
    check_tables,
    rows_of,
)

OTHER_AUTHORITY = "other"
MEND = "mend it in the case system; the other rows were read"
PERSON_DATES = {"pers_dob": "born_on", "pers_expected_dob": "expected_on", "pers_death_date": None}


def read_ssd(connection: Connection, config: Config, cases: Cases, now: datetime) -> None:
    """Put what the tables hold on the cases; raises Unreadable for a missing table or column."""
    check_tables(connection, config.schema_name)
    _Dataset(connection, config, cases, now).read()


class _Dataset:
    """One reading of the tables. A row that cannot be used is a problem and the rest goes on."""

    def __init__(self, connection: Connection, config: Config, cases: Cases, now: datetime) -> None:
        self.connection, self.config, self.cases = connection, config, cases
        self.today = day_of(now).isoformat()
        self.people: dict[str, Record] = {}
        self.workers: dict[str, tuple[str, Record]] = {}
        self.staff: dict[str, str] = {}
        self.teams: set[str | None] = set()

    def read(self) -> None:
        """Read each table once, people first and those who work with them last."""
        self._each(PERSON, self._person)
        self._each(ENQUIRY, self._of_child(ENQUIRY, self._enquiry))
        self._each(CONFERENCE, self._of_child(CONFERENCE, self._conference))
        self._each(PLAN, self._of_child(PLAN, self._plan))
        self._each(REVIEW, self._of_child(REVIEW, self._review))
        self._each(FAMILY, self._family)
        self._each(INVOLVEMENT, self._involvement)
        self._each(PROFESSIONAL, self._professional)
        self._each(DEPARTMENT, self._department)
        self._allocate()

    def _each(self, table: str, read: Callable[[Record, str], None]) -> None:
        for row in rows_of(self.connection, table, self.config.schema_name):
            self.cases.rows += 1
            place = f"{table}/{next(iter(row.values()))}"
            try:
                read(row, place)
            except ValueError as error:
                self.cases.report(place, str(error), MEND)

    def _of_child(
        self, table: str, read: Callable[[Record, str, Body], None]
    ) -> Callable[[Record, str], None]:
        """Return a reader of rows that belong to a child whom the person table knows."""

        def read_row(row: Record, place: str) -> None:
            ref = words(row[OF_PERSON[table]])
            if ref is None:
                raise ValueError(f"{OF_PERSON[table]} is empty, so that it belongs to nobody")
            if ref not in self.people:
                raise ValueError(f"{OF_PERSON[table]} names nobody in {PERSON}")
            dated = {name: _moment(row, name) for name in row if name.endswith("_date")}
            read({**row, **dated}, place, self._body(ref))

        return read_row

    def _body(self, ref: str) -> Body:
        """Return a child's body, begun with what the person's own row says."""
        if ref in self.cases.bodies:
            return self.cases.bodies[ref]
        place = f"{PERSON}/{ref}"
        body = self.cases.body(ref, place)
        for column, field in PERSON_DATES.items():
            try:
                at = _moment(self.people[ref], column)
            except (
                ValueError
            ) as error:  # the child stays: one without its enquiries would be silent
                self.cases.report(place, str(error), MEND)
                continue
            if field is None:
                put(body["facts"], "child_died", at)
            elif at:
                body[field] = at
        return body

    def _person(self, row: Record, _: str) -> None:
        if ref := words(row["pers_person_id"]):
            self.people[ref] = row

    def _enquiry(self, row: Record, place: str, body: Body) -> None:
        start, end = row["s47e_s47_start_date"], row["s47e_s47_end_date"]
        if start is None:
            raise ValueError("s47e_s47_start_date is empty")
        facts = body["facts"]
        put(facts, "strategy_discussion_held", start)
        put(facts, "s47_decision_recorded", fact(start, "section_47"))
        if end:
            found = outcomes.conclusion(row, lambda what: self._doubt(place, what))
            put(facts, "s47_concluded", fact(end, found))

    def _conference(self, row: Record, place: str, body: Body) -> None:
        meeting = outcomes.meeting(row, outcomes.INITIAL, lambda what: self._wrong(place, what))
        if flag(row["icpc_icpc_transfer_in"]):
            meeting |= {"kind": "transfer_in", "direction": "in"}
        _add(body, meeting)

    def _review(self, row: Record, place: str, body: Body) -> None:
        if row["cppr_cp_review_date"]:  # by when a review is due is ours to work out
            _add(
                body,
                outcomes.meeting(row, outcomes.REVIEW, lambda what: self._wrong(place, what)),
            )

    def _plan(self, row: Record, _: str, body: Body) -> None:
        start, end = row["cppl_cp_plan_start_date"], row["cppl_cp_plan_end_date"]
        if start is None:
            raise ValueError("cppl_cp_plan_start_date is empty")
        plan = {"id": words(row["cppl_cp_plan_id"]), "started_on": start, "ended_on": end}
        body.setdefault("plans", []).append({key: value for key, value in plan.items() if value})
        if flag(row["cppl_cp_plan_ola"]) and not end:
            body["plan_held_by"] = OTHER_AUTHORITY

    def _family(self, row: Record, _: str) -> None:
        ref, family = words(row["fami_person_id"]), words(row["fami_family_id"])
        if ref in self.cases.bodies and family:
            self.cases.bodies[ref].setdefault("family", family)

    def _involvement(self, row: Record, _: str) -> None:
        """Keep a child's latest open involvement: of the allocated worker, where codes are set."""
        ref, role = words(row["invo_person_id"]), words(row["invo_professional_role_id"])
        roles = self.config.allocated_roles
        if ref not in self.cases.bodies or (roles and role not in roles):
            return
        start = _moment(row, "invo_involvement_start_date") or ""
        end = _moment(row, "invo_involvement_end_date")
        is_open = start[:10] <= self.today and (end is None or end[:10] > self.today)
        if is_open and (ref not in self.workers or start >= self.workers[ref][0]):
            self.workers[ref] = (start, row)

    def _professional(self, row: Record, _: str) -> None:
        professional, person = words(row["prof_professional_id"]), words(row["prof_staff_id"])
        if professional and person:
            self.staff[professional] = person

    def _department(self, row: Record, _: str) -> None:
        self.teams.add(words(row["dept_team_id"]))

    def _allocate(self) -> None:
        """Give each child its social worker and team."""
        for ref, (_, row) in self.workers.items():
            place = f"{INVOLVEMENT}/{row['invo_involvements_id']}"
            body, professional = self.cases.bodies[ref], words(row["invo_professional_id"])
            if person := self.staff.get(professional or ""):
                body["roles"] = {"social_worker": person}
            else:
                self._doubt(place, f"its professional has no staff id in {PROFESSIONAL}")
            if team := words(row["invo_professional_team"]):
                body["team"] = team
                if team not in self.teams:
                    self._doubt(place, f"invo_professional_team is no team of {DEPARTMENT}")

    def _wrong(self, place: str, what: str) -> None:
        self.cases.report(place, what, MEND)

    def _doubt(self, place: str, what: str) -> None:
        self.cases.report(place, what, "mend it in the case system", Severity.WARNING)


def _add(body: Body, meeting: Body) -> None:
    meetings = body.setdefault("meetings", [])
    if any(other["id"] == meeting["id"] for other in meetings):
        raise ValueError("the child has another row for the same meeting; the first is used")
    meetings.append(meeting)


def _moment(row: Record, column: str) -> str | None:
    try:
        return moment(row[column])
    except ValueError as error:
        raise ValueError(f"{column} {error}") from None
