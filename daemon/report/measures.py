"""What is counted of an obligation, by what its rule demands: packs name their rules as they like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daemon.domain.rules import Basis, Rule

OWN_REPORT = frozenset({"conference_report_authorised", "review_report_completed"})
SHARED_REPORT = frozenset({"conference_report_shared", "review_report_shared"})
AGENCY_REPORT = frozenset({
    *("agency_report_submitted", "report_in_lieu_received", "police_report_received"),
    "agency_assessments_received",
})  # fmt: skip
MINUTES = frozenset({"minutes_available", "minutes_filed", "minutes_shared_with_family"})
ENQUIRY = "strategy_discussion_held"


@dataclass(frozen=True, slots=True)
class Measure:
    """One duty that is counted wherever a pack has it. `meets`: the facts that its forecast looks for."""

    name: str
    title: str
    demands: Callable[[Rule], bool]
    kind: str | None = None


def _is_held(rule: Rule, fact: str, subject: str, *bases: Basis) -> bool:
    return rule.met_by == (fact,) and rule.subject == subject and rule.basis in bases


def _is_limit(rule: Rule, basis: Basis) -> bool:
    return _is_held(rule, "icpc_held", "icpc", basis) and rule.due.anchor == ENQUIRY


def _asks(rule: Rule, facts: frozenset[str]) -> bool:
    return bool(facts & set(rule.met_by))


STATUTORY, LOCAL, HOUSE = Basis.STATUTORY, Basis.LOCAL, Basis.HOUSE
MEASURES = (
    Measure(
        "icpc", "Initial conferences within 15 working days of the strategy discussion",
        lambda rule: _is_limit(rule, STATUTORY), "icpc",
    ),
    Measure(
        "icpc_local", "Initial conferences within the local limit",
        lambda rule: _is_limit(rule, LOCAL), "icpc",
    ),
    Measure(
        "first_core_group", "First core groups within 10 working days of the conference",
        lambda rule: _is_held(rule, "core_group_held", "icpc", STATUTORY), "core_group",
    ),
    Measure(
        "later_core_group", "Later core groups in time",
        lambda rule: _is_held(rule, "core_group_held", "core_group", STATUTORY, LOCAL, HOUSE), "core_group",
    ),
    Measure(
        "reviews", "Review conferences in time",
        lambda rule: _is_held(rule, "rcpc_held", "rcpc", STATUTORY, LOCAL), "rcpc",
    ),
    Measure(
        "invite_lists", "Invite lists in time", lambda rule: _asks(rule, frozenset({"invite_list_received"}))
    ),
    Measure("own_reports", "Social work reports ready in time", lambda rule: _asks(rule, OWN_REPORT)),
    Measure(
        "shared_reports", "Reports shared with families in time",
        lambda rule: _asks(rule, SHARED_REPORT),
    ),
    Measure("minutes", "Minutes in time", lambda rule: _asks(rule, MINUTES)),
    Measure(
        "agency_reports", "Agencies' reports in time",
        lambda rule: (rule.subject.startswith("agency of") and _asks(rule, AGENCY_REPORT))
        or rule.met_by == ("police_report_received",),
    ),
)  # fmt: skip
KINDS = {one.name: one.kind for one in MEASURES}


def measure_of(rule: Rule, among: Sequence[Measure] = MEASURES) -> str | None:
    """Return what an obligation under this rule is counted for, None where it is not."""
    return next((one.name for one in among if one.demands(rule)), None)
