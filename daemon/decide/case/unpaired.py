"""What of a record keeps a clock from starting, told as problems."""

from collections.abc import Sequence

from daemon.decide.case.subjects import Case
from daemon.domain.errors import Problem, Severity
from daemon.domain.record import Record
from daemon.domain.times import say_day


def unpaired(record: Record, case: Case) -> Sequence[Problem]:
    """Return what keeps a clock from starting: a section 47 decision that no strategy discussion precedes."""
    discussions = [item.fact.day for item in case.facts.of("strategy_discussion_held")]
    starts = [
        item.fact.day
        for item in case.facts.of("s47_decision_recorded")
        if item.fact.value == "section_47" or not item.fact.known
    ]
    problems = [
        Problem(
            f"{record.ref}: s47_decision_recorded",
            f"no strategy discussion is recorded at or before {say_day(start)}, so no clock starts",
            "record the date of the strategy discussion",
        )
        for start in starts
        if not any(day <= start for day in discussions)
    ]
    anchors = {one.strategy.day for one in case.conferences if one.strategy}
    for start in starts:
        before = [day for day in discussions if day <= start]
        if before and before[-1] not in anchors and anchors:
            problems.append(
                Problem(
                    f"{record.ref}: s47_decision_recorded",
                    f"the strategy discussion of {say_day(before[-1])} starts no clock of its own: "
                    "an earlier enquiry is open, or the child is on a plan",
                    "record how the earlier enquiry ended, or that a conference is requested",
                    Severity.WARNING,
                )
            )
    if (
        case.facts.of("s47_concluded")
        and not case.facts.of("s47_decision_recorded")
        and discussions
    ):
        problems.append(
            Problem(
                f"{record.ref}: s47_decision_recorded",
                "a section 47 enquiry is concluded and no decision to start one is recorded, so no clock starts",
                "record the decision of the strategy discussion",
                Severity.WARNING,
            )
        )
    return problems
