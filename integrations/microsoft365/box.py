"""One mailbox, through the session of its application, for as long as an adapter holds it."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from daemon.domain.errors import Temporary, Unknown
from daemon.examined import Finding
from daemon.ports import Clock
from integrations.microsoft365.config import Connection
from integrations.microsoft365.examine import Probe, examine_mailbox
from integrations.microsoft365.pace import Pace
from integrations.microsoft365.session import Borrower, Session, Warm

Act = Callable[[Any, str], Awaitable[Any]]  # Microsoft's client, and the mailbox


class Box(Borrower):
    """Thread-safe. Nothing is connected before the first call."""

    def __init__(
        self,
        connection: Connection,
        mailbox: str,
        clock: Clock,
        warm: Warm,
        probes: Sequence[Probe],
    ) -> None:
        """Take whose mailbox it is, what has the library load what it will need, and what shows our permissions."""
        self.mailbox = mailbox
        self.session = Session.borrow(connection, clock, warm)
        self.session.needs |= {probe.permission for probe in probes}
        self.probes = probes

    def pace(self, most: int) -> Pace:
        """Return the pace of what leaves the mailbox, the same for every adapter that sends from it."""
        if self.session is None:
            raise Temporary("closed")
        return self.session.pace(self.mailbox, most)

    def ask(self, act: Act, until: float, *, is_urgent: bool = False) -> Any:
        """Return what the act returns; raises Temporary or Permanent, for it reaches nobody."""
        return self._call(act, until, is_urgent=is_urgent, is_final=False)

    def tell(self, act: Act, until: float, *, is_urgent: bool = False) -> Any:
        """Return what an act returns that reaches somebody: a lost answer is Unknown."""
        return self._call(act, until, is_urgent=is_urgent, is_final=True)

    def examine(self) -> Iterator[Finding]:
        """Yield how the mailbox stands, permission by permission; nothing is changed."""
        if self.session is not None:
            yield from examine_mailbox(self.session, self.mailbox, self.probes)

    def _call(self, act: Act, until: float, *, is_urgent: bool, is_final: bool) -> Any:
        if self.session is None:
            raise (Unknown if is_final else Temporary)("closed")
        mailbox = self.mailbox
        return self.session.call(
            lambda client: act(client, mailbox), mailbox, until,
            is_urgent=is_urgent, is_final=is_final,
        )  # fmt: skip
