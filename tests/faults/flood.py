"""A hundred thousand routine messages are due, and one that is urgent (RELIABILITY T19): how long that one waits."""

from datetime import datetime
from pathlib import Path

from tests.faults.authority import DUE_AT, MONDAY_AT, OPERATOR
from tests.faults.burst import MAILS_A_CASE
from tests.faults.plans import SQLITE, Figure, Plan, Result
from tests.faults.runner import until
from tests.faults.stage import Stage

FAMILIES, FAMILIES_SHORT = 33_334, 300
GOES_ON = 20  # routine messages, before anything is urgent
STARTS_S, URGENT_S = 1_800.0, 10.0
SLOWLY = {"slow_reply_s": 0.1}  # so that the routine ones cannot be over before it comes
SPOILT = "M-9,ICPC,SC-9,2026-02-31,,booked\n"  # of a day that there is not: the operator hears of it at once


def flood(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Let a herd be due at once, and spoil a row of the diary while it goes out."""
    families = FAMILIES_SHORT if is_short else FAMILIES
    many, monday_s = families * MAILS_A_CASE, (DUE_AT - MONDAY_AT).total_seconds()
    terms = {"read_every": "1 second", "deadline_s": 20.0, "lease_s": 30.0, "is_shown": False}
    with Stage(
        folder, seed, backend, families=families, children=1, before_s=monday_s, **terms
    ) as stage:
        stage.mail.switch(**SLOWLY)
        with stage.daemon() as daemon:
            until(lambda: stage.mail.count() >= GOES_ON, STARTS_S, "routine messages go out")
            sheet = stage.authority.diary / "conference.csv"
            sheet.write_text(sheet.read_text("utf-8") + SPOILT, "utf-8")
            spoilt_at = stage.note("a row is spoilt", routine=many)
            until(lambda: stage.mail.addresses()[OPERATOR], STARTS_S, "the operator has heard")
            waited = many - stage.mail.count() + 1
            stage.wrong += [f"exit code {code}"] if (code := daemon.stop()) else []
        heard_at = min(
            datetime.fromisoformat(line["at"])
            for line in stage.mail.received()
            if line["rcpt"] == [OPERATOR]
        )
        stage.wrong += [] if waited > many / 2 else ["the routine messages were gone already"]
        urgent_s = (heard_at - spoilt_at).total_seconds()
        figures = (
            Figure("urgent after, s", urgent_s, URGENT_S),
            Figure("routine ones waiting", waited),
        )
        return stage.result(*figures, verdict=None)


PLANS = [
    Plan("T19", "an urgent message comes amid a flood of routine ones", flood, short_on=(SQLITE,), is_random=False)
]  # fmt: skip
