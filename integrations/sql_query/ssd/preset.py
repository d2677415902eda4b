"""What the dataset says of each child: enquiries, conferences, plans, reviews, and how the child is."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from daemon.domain.body import Body, put
from daemon.domain.errors import Severity
from daemon.domain.times import day_of
from daemon.mapping.cells import flag, words
from daemon.mapping.rows import Cases, Record, fact
from integrations.sql_query.config import Config
from integrations.sql_query.reader import Reader
from integrations.sql_query.ssd import outcomes
from integrations.sql_query.ssd.plans import Plans, put_review
from integrations.sql_query.ssd.staff import Staff
from integrations.sql_query.ssd.tables import (
    ASSESSMENT,
    CONFERENCE,
    DEPARTMENT,
    ENQUIRY,
    FAMILY,
    IDENTIFIER,
    INVOLVEMENT,
    LOOKED_AFTER,
    MOTHER,
    OF_PERSON,
    PERSON,
    PLAN,
    PROFESSIONAL,
    REVIEW,
    check_tables,
    moment_of,
    rows_of,
)

MEND = "mend it in the case system; the other rows were read"
NO_MEETING_ID = "rows without a meeting id are joined with those of siblings by family and day"
PERSON_DATES = {"pers_dob": "born_on", "pers_expected_dob": "expected_on", "pers_death_date": None}
TARGETS = (outcomes.INITIAL.target, outcomes.REVIEW.target)


def read_ssd(reader: Reader, config: Config, cases: Cases, now: datetime) -> None:
    """Put what the tables hold on the cases; raises Unreadable for a missing table or column."""
    _Dataset(reader, config, cases, now).read(check_tables(reader, config.schema_name))


class _Dataset:
    """One reading of the tables. A row that cannot be used is a problem and the rest goes on."""

    def __init__(self, reader: Reader, config: Config, cases: Cases, now: datetime) -> None:
        self.reader, self.config, self.cases = reader, config, cases
        self.today = day_of(now).isoformat()
        self.people: dict[str, Record] = {}
        self.families: dict[str, str] = {}
        self.enquiries: dict[tuple[str, str | None], str] = {}
        self.plans: defaultdict[str, Plans] = defaultdict(Plans)
        self.joined: set[str] = set()
        self.staff = Staff(cases, config.allocated_roles, self.today)

    def read(self, tables: frozenset[str]) -> None:
        """Read each table once: people and families first, those who work with them last."""
        readers: dict[str, Callable[[Record, str], None]] = {
            PERSON: self._person,
            FAMILY: self._family,
            MOTHER: self._mother,
            ENQUIRY: self._of_child(ENQUIRY, self._enquiry),
            CONFERENCE: self._of_child(CONFERENCE, self._conference),
            PLAN: self._of_child(PLAN, self._plan),
            REVIEW: self._of_child(REVIEW, self._review),
            ASSESSMENT: self._assessment,
            LOOKED_AFTER: self._looked_after,
            IDENTIFIER: self._identifier,
            INVOLVEMENT: self.staff.involvement,
            PROFESSIONAL: self.staff.professional,
            DEPARTMENT: self.staff.department,
        }
        for table, read in readers.items():
            if table == REVIEW:
                self._put_plans()
            if table in tables:
                self._each(table, read)
        self.staff.allocate(self._doubt)
        for table in sorted(self.joined):
            mend = "have the meeting's id extracted where the case system has one"
            self.cases.report(table, NO_MEETING_ID, mend, Severity.NOTE)

    def _each(self, table: str, read: Callable[[Record, str], None]) -> None:
        self.cases.parts[table] += 0  # an empty one is counted, too
        for row in rows_of(self.reader, table, self.config.schema_name):
            self.cases.parts[table] += 1
            place = f"{table}/{next(iter(row.values()))}"
            try:
                read(row, place)
            except ValueError as error:
                self.cases.report(place, str(error), MEND)

    def _of_child(
        self, table: str, read: Callable[[Record, str, str], None]
    ) -> Callable[[Record, str], None]:
        """Return a reader of rows that belong to a child whom the person table knows."""

        def read_row(row: Record, place: str) -> None:
            ref = words(row[OF_PERSON[table]])
            if ref is None:
                raise ValueError(f"{OF_PERSON[table]} is empty, so that it belongs to nobody")
            if ref not in self.people:
                raise ValueError(f"{OF_PERSON[table]} names nobody in {PERSON}")
            dated = {
                name: self._target(row, name, place) if name in TARGETS else moment_of(row, name)
                for name in row
                if name.endswith("_date") or name in TARGETS
            }
            self._begin(ref)
            read({**row, **dated}, place, ref)

        return read_row

    def _target(self, row: Record, column: str, place: str) -> str | None:
        """Return by when a source says that something is due: shown, and no row falls for it."""
        try:
            return moment_of(row, column)
        except ValueError as error:
            self._doubt(place, str(error))
            return None

    def _begin(self, ref: str) -> None:
        """Begin a child's body with what the person's own row and its family say."""
        if ref in self.cases.bodies:
            return
        place = f"{PERSON}/{ref}"
        body = self.cases.body(ref, place)
        for column, field in PERSON_DATES.items():
            try:
                at = moment_of(self.people[ref], column)
            except (
                ValueError
            ) as error:  # the child stays: one without its enquiries would be silent
                self.cases.report(place, str(error), MEND)
                continue
            if field is None:
                put(body["facts"], "child_died", at)
            elif at:
                body[field] = at
        if ref in self.families:
            body["family"] = self.families[ref]

    def _person(self, row: Record, _: str) -> None:
        if ref := words(row["pers_person_id"]):
            self.people[ref] = row

    def _family(self, row: Record, _: str) -> None:
        ref, family = words(row["fami_person_id"]), words(row["fami_family_id"])
        if ref and family:
            self.families.setdefault(ref, family)

    def _mother(self, row: Record, _: str) -> None:
        """Take children of one mother for one family, where the family table names none."""
        ref, mother = words(row["moth_childs_person_id"]), words(row["moth_person_id"])
        if ref and mother:
            self.families.setdefault(ref, f"of-{mother}")

    def _enquiry(self, row: Record, place: str, ref: str) -> None:
        start, end = row["s47e_s47_start_date"], row["s47e_s47_end_date"]
        if start is None:
            raise ValueError("s47e_s47_start_date is empty")
        self.enquiries[ref, words(row["s47e_s47_enquiry_id"])] = start
        facts = self.cases.bodies[ref]["facts"]
        put(facts, "strategy_discussion_held", start)
        put(facts, "s47_decision_recorded", fact(start, "section_47"))
        if end:
            found = outcomes.conclusion(row, lambda what: self._doubt(place, what))
            put(facts, "s47_concluded", fact(end, found))

    def _conference(self, row: Record, place: str, ref: str) -> None:
        is_transfer = flag(row["icpc_icpc_transfer_in"])
        of = outcomes.TRANSFER if is_transfer else outcomes.INITIAL
        meeting = self._meeting(row, of, place, ref, CONFERENCE)
        if is_transfer:
            meeting["direction"] = "in"
        elif began := self.enquiries.get((ref, words(row["icpc_s47_enquiry_id"]))):
            meeting["enquiry_on"] = began
        self._add(ref, meeting)

    def _plan(self, row: Record, _: str, ref: str) -> None:
        self.plans[ref].add(row)

    def _put_plans(self) -> None:
        for ref, plans in self.plans.items():
            plans.put(self.cases.bodies[ref], self.today)

    def _review(self, row: Record, place: str, ref: str) -> None:
        held = row[outcomes.REVIEW.held]
        plan = self.plans[ref].of(row, held, lambda what: self._doubt(place, what))
        meeting = self._meeting(row, outcomes.REVIEW, place, ref, REVIEW) if held else None
        put_review(self.cases.bodies[ref], plan, row, meeting)
        if meeting:
            self._add(ref, meeting)

    def _meeting(
        self, row: Record, of: outcomes.Gathering, place: str, ref: str, table: str
    ) -> Body:
        family = self.families.get(ref)
        if outcomes.is_joined_by_day(row, of, family):
            self.joined.add(table)
        return outcomes.meeting(row, of, family, lambda what: self._wrong(place, what))

    def _add(self, ref: str, meeting: Body) -> None:
        meetings = self.cases.bodies[ref].setdefault("meetings", [])
        if any(other["id"] == meeting["id"] for other in meetings):
            raise ValueError("the child has another row for the same meeting; the first is used")
        meetings.append(meeting)

    def _assessment(self, row: Record, _: str) -> None:
        """Keep when a child and family assessment was authorised: it is no conference's report."""
        body = self.cases.bodies.get(words(row["cina_person_id"]) or "")
        if body is not None:
            at = moment_of(row, "cina_assessment_auth_date")
            put(body["facts"], "child_family_assessment_completed", at)

    def _looked_after(self, row: Record, _: str) -> None:
        body = self.cases.bodies.get(words(row["clae_person_id"]) or "")
        start = moment_of(row, "clae_cla_episode_start_date")
        ceased = moment_of(row, "clae_cla_episode_ceased")
        if body is not None and start and not (ceased and ceased[:10] <= self.today):
            body["looked_after"] = True

    def _identifier(self, row: Record, _: str) -> None:
        """Keep an older id of the case, of the types that are set: none that is somebody else's now."""
        ref, former = words(row["link_person_id"]), words(row["link_identifier_value"])
        of_types = words(row["link_identifier_type"]) in self.config.former_id_types
        if not of_types or ref not in self.cases.bodies or former in (None, ref):
            return
        if former in self.people:
            raise ValueError(f"link_identifier_value is the id of somebody else in {PERSON}")
        known = self.cases.bodies[ref].setdefault("formerly", [])
        known += [] if former in known else [former]

    def _wrong(self, place: str, what: str) -> None:
        self.cases.report(place, what, MEND)

    def _doubt(self, place: str, what: str) -> None:
        self.cases.report(place, what, "mend it in the case system", Severity.WARNING)
