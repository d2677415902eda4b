"""One rule of Stoke's, the invite list on Day 5, as others would have it: by hand, and in the engines of others.

Those that answer the state alone are given the due moment, which somebody else has reckoned.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import NamedTuple, Protocol

import cel
import rule_engine
import zen
from dateutil import parser, tz
from holidays import HolidayBase
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from daemon.domain.facts import Fact
from daemon.domain.record import Record
from daemon.domain.times import LONDON
from daemon.domain.working_days import WorkingDays

CLOSE = time(17)
ZONE = tz.gettz("Europe/London")
WORDS = """
discussion == "" or decision != "section_47" or threshold == "not_met" ? "none"
: received != "" ? "met" : not_required ? "withdrawn" : now > due ? "overdue" : "open"
"""
IN_C = WORDS.replace(" or ", " || ").replace("\n", " ").strip()
PROCESS = """
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="bench">
<process id="rule" isExecutable="true">
<startEvent id="begin"><outgoing>one</outgoing></startEvent>
<sequenceFlow id="one" sourceRef="begin" targetRef="due"/>
<intermediateCatchEvent id="due"><incoming>one</incoming><outgoing>two</outgoing>
<timerEventDefinition><timeDate xsi:type="tFormalExpression">"2199-03-06T17:00:00+00:00"</timeDate>
</timerEventDefinition></intermediateCatchEvent>
<sequenceFlow id="two" sourceRef="due" targetRef="end"/>
<endEvent id="end"><incoming>two</incoming></endEvent>
</process></definitions>
"""


class Answer(NamedTuple):
    """What a function written for this one rule returns."""

    state: str
    due_at: datetime
    met_at: datetime | None = None
    late: bool | None = None


def by_hand(record: Record, now: datetime, days: WorkingDays) -> Answer | None:
    """Answer as a careful programmer would write it, with our table of working days."""
    facts: dict[str, Fact] = {fact.name: fact for fact in record.facts if fact.at <= now}
    discussion, decision = facts.get("strategy_discussion_held"), facts.get("s47_decision_recorded")
    if discussion is None or decision is None or decision.value != "section_47":
        return None
    day = days.shift(discussion.at.astimezone(LONDON).date(), 4)
    due_at = datetime.combine(day, CLOSE, LONDON).astimezone(UTC)
    if received := facts.get("invite_list_received"):
        local = received.at.astimezone(LONDON).date()
        late = local > day if received.whole_day else received.at > due_at
        return Answer("met", due_at, received.at, late)
    threshold, concluded = facts.get("icpc_threshold_decision_recorded"), facts.get("s47_concluded")
    has_ended = concluded is not None and concluded.value != "at_risk"
    if has_ended or (threshold and threshold.value == "not_met") or "icpc_not_required" in facts:
        return Answer("withdrawn", due_at)
    return Answer("open", due_at)


class Shown(Protocol):
    """A case as its system shows it."""

    def __getitem__(self, name: str) -> Mapping[str, object]:
        """Return a part of it."""
        ...


def with_packages(body: Shown, now: datetime, holidays: HolidayBase) -> Answer | None:
    """Answer with datetime, `holidays` and dateutil, from the same record as its system shows it."""
    facts = body["facts"]
    discussion, decision = _moment(facts, "strategy_discussion_held"), _value(facts)
    if discussion is None or decision != "section_47":
        return None
    day = holidays.get_nth_working_day(discussion.date(), 4)
    due_at = datetime.combine(day, CLOSE, ZONE).astimezone(tz.UTC)
    received = _moment(facts, "invite_list_received")
    if received is not None and received <= now:
        return Answer("met", due_at, received, received > due_at)
    return Answer("withdrawn" if "icpc_not_required" in facts else "open", due_at)


def _moment(facts: Mapping[str, object], name: str) -> datetime | None:
    found = facts.get(name)
    written = found["at"] if isinstance(found, Mapping) else found
    return parser.isoparse(str(written)).replace(tzinfo=ZONE) if written else None


def _value(facts: Mapping[str, object]) -> object:
    found = facts.get("s47_decision_recorded")
    return found["value"] if isinstance(found, Mapping) else None


State = Callable[[Mapping[str, object]], object]


def engines() -> dict[str, State]:
    """Return what answers the state alone, by its name; each is given a case's own values."""
    in_cel = cel.compile(IN_C)
    in_zen = zen.compile_expression(WORDS.replace("\n", " ").strip())
    in_rules = rule_engine.Rule(WORDS.replace("\n", " ").strip())
    return {
        "common-expression-language": in_cel.execute,
        "zen-engine": in_zen.evaluate,
        "rule-engine": in_rules.evaluate,
    }


def values_of(record: Record, now: datetime) -> dict[str, object]:
    """Return a case's values for an engine: words, and moments in seconds."""
    facts = {fact.name: fact for fact in record.facts}
    asked = {
        "decision": "s47_decision_recorded", "threshold": "icpc_threshold_decision_recorded",
    }  # fmt: skip
    values = {name: fact.value if (fact := facts.get(of)) else "" for name, of in asked.items()}
    moments = {"discussion": "strategy_discussion_held", "received": "invite_list_received"}
    dated = {name: f"{fact.at}" if (fact := facts.get(of)) else "" for name, of in moments.items()}
    return {
        **{name: value or "" for name, value in values.items()}, **dated,
        "not_required": "icpc_not_required" in facts,
        "now": int(now.timestamp()), "due": int(now.timestamp()) + 1,
    }  # fmt: skip


def waiting() -> BpmnWorkflow:
    """Return one rule of one case as SpiffWorkflow has it in memory: a timer that waits."""
    reader = BpmnParser()
    reader.add_bpmn_str(PROCESS.encode())
    workflow = BpmnWorkflow(reader.get_spec("rule"))
    workflow.do_engine_steps()
    return workflow
