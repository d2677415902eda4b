"""Jobs: a job is a wake-up for a lane. SQL decides what is sent, and whoever is not woken looks by itself.

In one process the wake-ups travel on dramatiq's own broker; between processes on Redis, which may
be lost at any moment (docs/decisions/0007).
"""

from collections.abc import Callable
from typing import Protocol

from daemon.app import App
from daemon.domain.message import Lane
from daemon.jobs.lanes import Lanes, in_process
from daemon.jobs.worker import Worker

__all__ = ["Lanes", "Waking", "Worker", "in_process", "start"]


class Waking(Protocol):
    """How a run has its lanes served."""

    def wake(self, lane: Lane) -> None:
        """Have what waits in a lane sent."""
        ...

    def look_round(self) -> None:
        """Note how those who serve the lanes are, where they are not in this process."""
        ...

    def lost(self) -> str | None:
        """Return in a word why other processes cannot be woken."""
        ...

    def troubles(self) -> list[str]:
        """Return what is wrong with them, in plain words."""
        ...


def start(app: App) -> tuple[Waking, Callable[[], None]]:
    """Return the lanes of a run with whatever serves them in this process started, and what stops that."""
    own, stop = in_process(app.line)
    if not app.is_queued:
        return own, stop
    from daemon.jobs.post import Post  # noqa: PLC0415
    from daemon.jobs.served import Served  # noqa: PLC0415 - the embedded service needs no Redis

    post = Post(app.settings.broker, app.settings.authority, app.settings.broker_password_file)
    post.start()

    def stop_both() -> None:
        post.stop()
        stop()

    return Served(app.store, app.line.house, app.clock, post, own), stop_both
