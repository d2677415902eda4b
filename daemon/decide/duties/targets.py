"""Our dates beside those that a source supplies: a difference is shown, and ours is relied on.

Case systems reckon in ways of their own: by calendars that stop today, or in days where the law says months.

Source: FEEDS 1.3, point (a).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from daemon.decide.case.scene import Scene
from daemon.domain.errors import Problem, Severity
from daemon.domain.obligation import Obligation, State
from daemon.domain.record import Record
from daemon.domain.rules import Basis, Pack, Rule
from daemon.domain.times import day_of, say_day

HELD = ("icpc_held", "rcpc_held")
Made = Sequence[tuple[Scene, Obligation | None]]


def limits(pack: Pack) -> list[Rule]:
    """Return the rules that are a statutory limit for holding a conference or a review."""
    return [
        rule
        for rule in pack.rules
        if rule.basis is Basis.STATUTORY and len(rule.met_by) == 1 and rule.met_by[0] in HELD
    ]


def differences(record: Record, pack: Pack, made: Mapping[str, Made]) -> Iterator[Problem]:
    """Yield a note for each conference whose supplied target is another day than our limit."""
    targets = {one.id: one.target_on for one in record.meetings if one.target_on}
    ahead = [one.review_target_on for one in record.plans if not one.ended_on]
    if not targets and not any(ahead):
        return
    for rule in limits(pack):
        for scene, one in made.get(rule.name, ()):
            if one is None or one.due_at is None or one.is_provisional:
                continue
            ours = day_of(one.due_at)
            own = [targets.get(name) for name in scene.own]
            if one.state is State.OPEN and scene.own_kind == "rcpc":
                own += ahead
            for theirs in sorted({day for day in own if day and day != ours}):
                yield _say(record, scene, theirs, ours)


def _say(record: Record, scene: Scene, theirs: date, ours: date) -> Problem:
    what = f"the source says due by {say_day(theirs)}, and we say {say_day(ours)}"
    mend = "ours is relied on; its working is shown with the case"
    return Problem(f"{record.ref}: {scene.subject}", what, mend, Severity.NOTE)
