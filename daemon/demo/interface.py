"""The sample authority's records behind a REST interface of this machine: the same, asked for by HTTP."""

from datetime import datetime

from daemon.demo import case_sheets
from daemon.demo.world import World
from daemon.domain.times import iso
from daemon.testing.rest.server import RestServer


class Interface(RestServer):
    """Answers as the world stands that it was shown. Use it as a context manager."""

    @property
    def address(self) -> str:
        """What the settings name."""
        return f"{self.url}/api"

    def show(self, world: World, now: datetime, exported_at: datetime) -> None:
        """Answer as at `now`, and of the diary as at its last export."""
        self.lists = {
            "/api/cases": case_sheets.records(world.histories, now),
            "/api/diary": world.truth(exported_at),
        }
        self.as_at = iso(exported_at)
