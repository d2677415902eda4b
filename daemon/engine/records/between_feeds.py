"""What does not fit between the feeds of one case: told with its other problems, and nothing is guessed."""

from collections.abc import Collection, Iterator, Sequence

from daemon.decide.record.answered import contradictions, paired
from daemon.domain.answer import FEED as ANSWERS
from daemon.domain.errors import Problem, Severity
from daemon.store import StoredFragment


def misfits(
    ref: str, found: Sequence[StoredFragment], masters: Collection[str]
) -> Iterator[Problem]:
    """Yield where a feed says otherwise than was answered to us, and a case that no case system shows.

    `masters` are the feeds that do the case system's job. What was answered stands, and whoever
    answered is shown that a record says otherwise.
    """
    ours = next((one.body for one in found if one.feed == ANSWERS), {})
    for other in (one for one in found if one.feed != ANSWERS):
        for place, mine, theirs in paired(ours, other.body):
            for name, value in contradictions(mine, theirs):
                what = f"{other.feed} says {value}, otherwise than was answered here; the answer stands"
                mend = "correct whichever is wrong"
                yield Problem(f"{ref}: {place}{name}", what, mend, Severity.WARNING)
    if masters and not {one.feed for one in found}.intersection(masters):
        shown = " and ".join(one.feed for one in found)
        what = f"only {shown} shows this case; the case system does not"
        yield Problem(f"{ref}: ref", what, "check the reference in that feed", Severity.WARNING)
