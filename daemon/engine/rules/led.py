"""Two releases at work: who led before may have decided by other rules, and who is older may not read the newer's."""

from datetime import datetime

from daemon import RELEASE
from daemon.domain.errors import Problem, Refusal
from daemon.store import Tx

# the mark with the digest of the edition that the leader decided by last
LED_BY = "rulebook/led-by"


def lead_by(tx: Tx, digest: str, now: datetime) -> None:
    """Have every case looked at again where whoever led last decided by other rules than these.

    While two releases are at work, the older may have looked at them under its own meanwhile.
    """
    if tx.marks.get(LED_BY) not in (None, digest):
        tx.cases.touch_all(now)
        tx.obligations.look_again(now)
    tx.marks.put(LED_BY, digest)


def unable(newer: str, refusal: Refusal) -> Refusal:
    """Return why a run does not start beside `newer`, whose rules it cannot read."""
    what = f"{newer} puts rules in force that this one cannot read ({refusal.problems[0]})"
    mend = "start that release here, too, or stop it first"
    return Refusal(Problem(f"release {RELEASE}", what, mend))
