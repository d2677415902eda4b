"""A service that is killed again and again (F1, F2), and how soon it is at work afterwards."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

from tests.faults.moments import in_flight_s, lateness_s, share, unsent_s
from tests.faults.plans import POSTGRES, SQLITE, Figure, Plan, Result
from tests.faults.stage import Stage

FAULTS = {"tempfail_rate": 0.1, "drop_after_data_rate": 0.03, "slow_reply_s": 0.02}
SOONEST_S, LATEST_S = 0.05, 0.6  # once it is at work, a service lives so long
KILLS, KILLS_SHORT = 34, 4  # under three seeds a hundred
LEADS_S = (
    "--leader-lease-s=1.5"  # so that a service that was just started leads before it is killed
)
IN_FLIGHT_S, UNSENT_S = 60.0, 5.0  # RELIABILITY 5.3, F1
LATENESS_S = 15.0  # F2


def storm(folder: Path, seed: int, backend: str, is_short: bool, *, fails: bool) -> Result:
    """Kill it while what is due goes out, amid a mail server that `fails`, or one that does not."""
    chance = Random(seed)
    families = 40 if is_short else 250
    with Stage(folder, seed, backend, families=families, is_reminded=not fails) as stage:
        stage.mail.switch(**FAULTS if fails else {})
        for _ in range(KILLS_SHORT if is_short else KILLS):
            with stage.daemon(LEADS_S) as daemon:
                daemon.outlives(chance.uniform(SOONEST_S, LATEST_S))
                stage.kill(daemon)
        with stage.daemon(LEADS_S) as daemon:
            stage.finish(daemon)
        missed = {one: at for one, at in stage.authority.expected().items() if one.rung == "missed"}
        late = lateness_s(stage.mails(), missed, stage.offset, stage.ups_at())
        lateness = Figure("lateness p99, s", share(late, 0.99), None if fails else LATENESS_S)
        mails = stage.of_staff()  # the operator hears of what was tried too often
        return stage.result(lateness, verdict=stage.judge(mails=mails))


def recovery(folder: Path, seed: int, backend: str, is_short: bool, *, has_other: bool) -> Result:
    """Kill it amid a backlog; it is started again at once, or another run stands by."""
    lease = (
        {"deadline_s": 3.0, "lease_s": 4.0} if is_short else {"deadline_s": 20.0, "lease_s": 30.0}
    )
    families = 20 if is_short else 250
    with Stage(folder, seed, backend, families=families, before_s=300, **lease) as stage:
        stage.mail.switch(slow_reply_s=0.3)
        with stage.daemon() as daemon:
            other = stage.daemon() if has_other else None
            stage.sends(6)
            killed_at = stage.kill(daemon)
        stage.mail.switch()
        with other or stage.daemon() as daemon:
            up_at = killed_at if has_other else datetime.now(UTC)
            stage.drain(families * 3)
            stage.wrong += [f"exit code {code}"] if (code := daemon.stop()) else []
        mails = stage.mails()
        expected = {
            one: at for one, at in stage.authority.expected().items() if one.rung != "missed"
        }
        return stage.result(
            Figure("in flight, s", in_flight_s(mails, killed_at), IN_FLIGHT_S),
            Figure("unsent, s", unsent_s(mails, up_at), UNSENT_S),
            verdict=stage.judge(expected),
        )


PLANS = [
    Plan("F1", "killed again and again amid a failing mail server", partial(storm, fails=True)),
    Plan(
        "F1",
        "killed amid a backlog and started again",
        partial(recovery, has_other=False),
        short_on=(SQLITE,),
    ),
    Plan(
        "F1",
        "killed amid a backlog beside another run",
        partial(recovery, has_other=True),
        backends=(POSTGRES,),
    ),
    Plan(
        "F2",
        "killed again and again while due moments pass",
        partial(storm, fails=False),
        short_on=(SQLITE,),
    ),
]
