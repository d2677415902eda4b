"""The columns that are read of the dataset's tables: never a name, an address or a comment."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnClause, Select, column, inspect, select, table, union_all
from sqlalchemy.exc import NoSuchTableError

from daemon.mapping.cells import moment
from daemon.mapping.rows import Record
from daemon.ports import Unreadable
from integrations.sql_query.reader import Reader

PERSON, FAMILY, ENQUIRY = "ssd_person", "ssd_family", "ssd_s47_enquiry"
CONFERENCE, PLAN, REVIEW = "ssd_initial_cp_conference", "ssd_cp_plans", "ssd_cp_reviews"
INVOLVEMENT, PROFESSIONAL, DEPARTMENT = "ssd_involvements", "ssd_professionals", "ssd_department"
ASSESSMENT, LOOKED_AFTER = "ssd_cin_assessments", "ssd_cla_episodes"
MOTHER, IDENTIFIER = "ssd_mother", "ssd_linked_identifiers"
NOT_EVERYWHERE = frozenset({MOTHER, IDENTIFIER})  # without them no duty goes unseen

COLUMNS: dict[str, str] = {  # the first one is the row's own id
    PERSON: "pers_person_id pers_dob pers_expected_dob pers_death_date",
    FAMILY: "fami_table_id fami_family_id fami_person_id",
    ENQUIRY: "s47e_s47_enquiry_id s47e_person_id s47e_s47_start_date s47e_s47_end_date "
    "s47e_s47_nfa s47e_s47_outcome_json",
    MOTHER: "moth_table_id moth_person_id moth_childs_person_id",
    IDENTIFIER: "link_table_id link_person_id link_identifier_type link_identifier_value",
    CONFERENCE: "icpc_icpc_id icpc_icpc_meeting_id icpc_s47_enquiry_id icpc_person_id "
    "icpc_icpc_transfer_in icpc_icpc_target_date icpc_icpc_date icpc_icpc_outcome_cp_flag",
    PLAN: "cppl_cp_plan_id cppl_person_id cppl_cp_plan_start_date cppl_cp_plan_end_date "
    "cppl_cp_plan_ola",
    REVIEW: "cppr_cp_review_id cppr_person_id cppr_cp_plan_id cppr_cp_review_due "
    "cppr_cp_review_date cppr_cp_review_meeting_id cppr_cp_review_outcome_continue_cp",
    ASSESSMENT: "cina_assessment_id cina_person_id cina_assessment_auth_date",
    LOOKED_AFTER: "clae_cla_episode_id clae_person_id clae_cla_episode_start_date "
    "clae_cla_episode_ceased",
    INVOLVEMENT: "invo_involvements_id invo_person_id invo_professional_id "
    "invo_professional_role_id invo_professional_team invo_involvement_start_date "
    "invo_involvement_end_date",
    PROFESSIONAL: "prof_professional_id prof_staff_id",
    DEPARTMENT: "dept_team_id",
}
OF_PERSON = {
    ENQUIRY: "s47e_person_id",
    CONFERENCE: "icpc_person_id",
    PLAN: "cppl_person_id",
    REVIEW: "cppr_person_id",
}
NARROWED = {
    PERSON: "pers_person_id",
    FAMILY: "fami_person_id",
    MOTHER: "moth_childs_person_id",
    IDENTIFIER: "link_person_id",
    ASSESSMENT: "cina_person_id",
    LOOKED_AFTER: "clae_person_id",
    INVOLVEMENT: "invo_person_id",
}


def check_tables(reader: Reader, schema: str | None) -> frozenset[str]:
    """Return the tables that are there; raises Unreadable for the first one that is not, or lacks a column."""
    inspector = inspect(reader.connection)
    found = set()
    for name, columns in COLUMNS.items():
        try:
            there = {one["name"].lower() for one in inspector.get_columns(name, schema)}
        except NoSuchTableError:
            if name in NOT_EVERYWHERE:
                continue
            raise Unreadable(f"the table {name} is missing") from None
        if lacking := [one for one in columns.split() if one not in there]:
            raise Unreadable(f"the table {name} has no column {', '.join(lacking)}")
        found.add(name)
    return frozenset(found)


def statement(name: str, schema: str | None) -> Select[Any]:
    """Return what reads a table, in the order of its ids and for whichever kind of server.

    People and what hangs on them alone are read only where the person has an enquiry, a conference,
    a plan or a review: most of those whom a case system knows have none.
    """
    columns = COLUMNS[name].split()
    names: list[ColumnClause[Any]] = [column(one) for one in columns]
    query = select(*names).select_from(table(name, schema=schema))
    if name in NARROWED:
        children: list[Select[Any]] = [
            select(column(of)).select_from(table(one, schema=schema))
            for one, of in OF_PERSON.items()
        ]
        query = query.where(column(NARROWED[name]).in_(union_all(*children)))
    return query.order_by(column(columns[0]))


def rows_of(reader: Reader, name: str, schema: str | None) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a table as they come."""
    yield from reader.each(reader.ask(statement(name, schema)))


def moment_of(row: Record, name: str) -> str | None:
    """Return a row's date or time in the JSON form; raises ValueError that names the column."""
    try:
        return moment(row[name])
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None
