"""Ten thousand messages due at one moment (F22): how fast they go, with how much memory, and how late a round is."""

from pathlib import Path

from tests.faults.authority import DUE_AT, MONDAY_AT
from tests.faults.plans import SQLITE, Figure, Plan, Result
from tests.faults.runner import until
from tests.faults.stage import Stage

MAILS_A_CASE = 3  # the social worker, the coordinator and the manager, for it is first seen late
FAMILIES, FAMILIES_SHORT = 3334, 100
WITHIN_S = 900.0
MIB = 1024 * 1024
RSS_MIB, PER_SECOND, LAG_S, TICK_S = 300, 100, 1.0, 1.0  # RELIABILITY 5.3, F22


def burst(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Send three messages a family at once, with nothing in the way."""
    families = FAMILIES_SHORT if is_short else FAMILIES
    many, monday_s = families * MAILS_A_CASE, (DUE_AT - MONDAY_AT).total_seconds()
    terms = {"deadline_s": 20.0, "lease_s": 30.0, "is_shown": False}
    with Stage(
        folder, seed, backend, families=families, children=1, before_s=monday_s, **terms
    ) as stage:
        with stage.daemon() as daemon:
            until(stage.mail.count, WITHIN_S, "the first message has come")
            stage.note("due at once", messages=many)
            before = len(daemon.log)
            until(lambda: stage.mail.count() >= many, WITHIN_S, f"{many} messages have come")
            rounds = [
                line["after_s"] for line in daemon.log[before:] if line["event"] == "round.begun"
            ]
            peak = daemon.peak_rss_bytes()
            stage.wrong += [f"exit code {code}"] if (code := daemon.stop()) else []
        mails = stage.mails()
        seconds = (mails[-1].at - mails[0].at).total_seconds()
        at_most_s = many / PER_SECOND if backend == SQLITE and not is_short else None
        return stage.result(
            Figure("seconds", seconds, at_most_s),
            Figure("a second", len(mails) / seconds),
            Figure("RSS, MiB", peak / MIB, RSS_MIB),
            Figure("lag of a round, s", max(rounds, default=TICK_S) - TICK_S, LAG_S),
            verdict=stage.judge(stage.authority.expected_late()),
        )


PLANS = [Plan("F22", "ten thousand messages are due at once", burst, is_random=False)]
