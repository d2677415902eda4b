"""Which facts the feeds of an authority can carry: with the edition, it settles which rules decide."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from daemon.decide.duties.obligations import Deciding
from daemon.decide.duties.watched import RESPONSES, watchable
from daemon.domain.answer import FEED as ANSWERS
from daemon.domain.errors import Problem
from daemon.ports import CaseSource
from daemon.store import Tx

CARRIED = "rulebook/carried"  # the mark with the facts that the feeds of the run can carry
ANYTHING = "*"


def carried_by(
    sources: Iterable[CaseSource], *, signs_in: bool = False, hears: bool = False
) -> frozenset[str] | None:
    """Return the facts that some feeds can carry; None, for anything, where one does not say or there is none.

    `signs_in`: people can sign in and answer us, which is a feed like the others. `hears`: invitations are
    ours, and what people answer to them comes back to us.
    """
    each = [getattr(source, "carries", None) for source in sources]
    if not each or None in each:
        return None
    answers = frozenset({ANSWERS} if signs_in else ()) | ({RESPONSES} if hears else set())
    return answers.union(*(facts for facts in each if facts))


def lacked(name: str, sources: Mapping[str, CaseSource]) -> tuple[Problem, ...]:
    """Return a warning of each place that a feed lacks, and in which alone it could be said that something is done.

    What another feed shows, or may show, can be said there.
    """
    find = getattr(sources[name], "lacking", None)
    others = [getattr(one, "carries", None) for feed, one in sources.items() if feed != name]
    if find is None or None in others:
        return ()
    found: tuple[Problem, ...] = find(frozenset[str]().union(*(facts for facts in others if facts)))
    return found


def watching(deciding: Deciding, carried: frozenset[str] | None) -> Deciding:
    """Return the same without the rules that nothing carried can meet."""
    return replace(deciding, rulebook=watchable(deciding.rulebook, carried))


def put_carried(tx: Tx, carried: frozenset[str] | None) -> bool:
    """Note what the feeds can carry; return whether that is anything new."""
    said = ANYTHING if carried is None else " ".join(sorted(carried))
    is_new = tx.marks.get(CARRIED) != said
    if is_new:
        tx.marks.put(CARRIED, said)
    return is_new


def get_carried(tx: Tx) -> frozenset[str] | None:
    """Return what the feeds of the run can carry, None where anything may come or no run has said."""
    said = str(tx.marks.get(CARRIED) or ANYTHING)
    return None if said == ANYTHING else frozenset(said.split())
