"""What an enquiry concluded and what a conference decided, from the dataset's flags."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from daemon.domain.body import Body, put
from daemon.mapping.cells import NOTHING, flag, words
from daemon.mapping.rows import Record, fact

CONFERENCE_FLAG, NO_ACTION_FLAG = "CP_CONFERENCE_FLAG", "NFA_FLAG"
DAY = len("2026-03-02")
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Gathering:
    """Where a kind of conference stands in its table: its columns, and what Y and N decide."""

    kind: str
    name: str
    row_id: str
    meeting_id: str
    held: str
    target: str
    decision: str
    fact: str
    choices: tuple[str, str]


INITIAL = Gathering(
    kind="icpc",
    name="ICPC",
    row_id="icpc_icpc_id",
    meeting_id="icpc_icpc_meeting_id",
    held="icpc_icpc_date",
    target="icpc_icpc_target_date",
    decision="icpc_icpc_outcome_cp_flag",
    fact="conference_decision_recorded",
    choices=("plan", "no_plan"),
)
TRANSFER = replace(INITIAL, kind="transfer_in", name="TRANSFER")
REVIEW = Gathering(
    kind="rcpc",
    name="RCPC",
    row_id="cppr_cp_review_id",
    meeting_id="cppr_cp_review_meeting_id",
    held="cppr_cp_review_date",
    target="cppr_cp_review_due",
    decision="cppr_cp_review_outcome_continue_cp",
    fact="review_decision_recorded",
    choices=("continue", "end"),
)


def conclusion(row: Record, report: Report) -> str | None:
    """Return what an enquiry found: None, and so unknown, where its flags do not say it clearly."""
    try:
        said = str(row["s47e_s47_outcome_json"] or "").strip()
        flags = {} if said in NOTHING else json.loads(said)
    except (ValueError, RecursionError):
        flags = None
    if not isinstance(flags, dict):
        report("s47e_s47_outcome_json is not a table of flags")
        flags = {}
    to_conference = _flag(flags, CONFERENCE_FLAG)
    no_action = _flag(flags, NO_ACTION_FLAG) or flag(row["s47e_s47_nfa"])
    if to_conference:
        return None if no_action else "at_risk"
    return "not_at_risk" if no_action and to_conference is False else None


def meeting(row: Record, of: Gathering, family: str | None, report: Report) -> Body:
    """Return a conference with its day and decision, where it was held.

    Siblings share it by its meeting's id, else by family and day. A flag that is neither Y nor N
    stands without a value: unknown.
    """
    held = row[of.held]
    facts: Body = {}
    found: Body = {"id": name_of(row, of, family), "kind": of.kind}
    found["status"] = "held" if held else "requested"
    if held:
        found["held_on"] = held
        decided = flag(row[of.decision])
        if decided is not None:
            put(facts, of.fact, fact(held, of.choices[0] if decided else of.choices[1]))
        elif words(row[of.decision]):
            report(f"{of.decision} is neither Y nor N")
            put(facts, of.fact, {"at": held})
    if target := row[of.target]:
        found["target_on"] = target
    return found | {"facts": facts}


def name_of(row: Record, of: Gathering, family: str | None) -> str:
    """Return the id of a row's meeting: its own, else one that siblings have alike, else the row's."""
    if is_joined_by_day(row, of, family):
        return f"{of.name}-{family}-{str(row[of.held])[:DAY]}"
    return words(row[of.meeting_id]) or f"{of.name}-{words(row[of.row_id])}"


def is_joined_by_day(row: Record, of: Gathering, family: str | None) -> bool:
    """Return whether family and day join a meeting of siblings, for it has no id."""
    return bool(family and row[of.held] and words(row[of.meeting_id]) is None)


def _flag(flags: Body, name: str) -> bool | None:
    """Return a yes or no of the table of flags; None for anything else."""
    try:
        return flag(flags.get(name))
    except ValueError:
        return None
