"""Ten thousand messages due at one moment: how fast they go, and how much memory that takes."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.faults.authority import MONDAY_AT, Authority
from tests.faults.checker import Verdict, judge, read_mails
from tests.faults.receiver import Receiver
from tests.faults.runner import Daemon, offset_to, until

MAILS_A_CASE = 3  # the social worker, the coordinator and the manager, for it is first seen late
WITHIN_S = 900.0


@dataclass(frozen=True, slots=True)
class Burst:
    """How it went. `seconds` lie between the first message that came and the last."""

    verdict: Verdict
    seconds: float
    peak_rss_bytes: int

    @property
    def per_second(self) -> float:
        """Messages a second."""
        return self.verdict.mails / self.seconds


def burst(folder: Path, *, families: int = 3334) -> Burst:
    """Send three messages a family at once, with nothing in the way, and return what came of it."""
    authority = Authority(folder, families, children=1, deadline_s=20, lease_s=30)
    with Receiver(folder / "mail") as mail:
        authority.write(mail.port)
        offset = offset_to(MONDAY_AT)
        with Daemon(authority.config, offset) as daemon:
            many = families * MAILS_A_CASE
            until(lambda: mail.count() >= many, WITHIN_S, f"{many} messages have come")
            peak = daemon.peak_rss_bytes()
            daemon.stop()
        lines = mail.received()
        mails = read_mails(mail.folder, lines, mail.unanswered())
    times = [datetime.fromisoformat(line["at"]) for line in lines]
    verdict = judge(mails, authority.expected_late(), [], offset, authority.connections)
    return Burst(verdict, (times[-1] - times[0]).total_seconds(), peak)
