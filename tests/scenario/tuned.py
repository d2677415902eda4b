"""A story whose rules stand in a folder of the authority's own, and are changed while it runs."""

import os
from pathlib import Path
from typing import Any

from daemon.domain.authority import Authority
from daemon.engine.rules.editions import Editions
from daemon.engine.rules.rules_folder import RulesFolder
from daemon.engine.standing.overview import standing
from daemon.store import Entry
from tests.faults.runner import until
from tests.scenario.conftest import Story
from tests.small import SMALL

AUTHORITY = f"""
policies: {SMALL}
based_on: stoke-on-trent
fallback: duty_mailbox
mailboxes: {{duty_mailbox: duty.box@council.example}}
domains: {{internal: [council.example]}}
feeds: {{conference_diary: 1 hour}}
enforce_from: 2018-01-01
"""
EARLIER = """\
changes:
  - change: icpc-invite-list
    ladder:
      invite-list-missed: {at: "30 minutes before due"}
  - change: invite-list-missed
    lead: "{{ ref }}: the list, due by {{ due }}, is not recorded as received."
"""
LATER = 'change: icpc-invite-list\nladder:\n  invite-list-still-missing: {at: "2 working days after due, 09:00"}\n'
BAD = 'change: icpc-invite-list\nladder:\n  invite-list-mist: {at: "30 minutes before due"}\n'
DUTY = "SC-1/icpc-invite-list/icpc-1"


class Tuned:
    """A story with the folder of its authority."""

    def __init__(self, world: Story, folder: Path) -> None:
        self.world, self.folder, self.looks = world, folder, 0
        self.write("authority.yaml", AUTHORITY)
        self.editions = self.service()

    def service(self) -> Editions:
        """Return what a service that is just starting has."""
        world = self.world
        rules = RulesFolder(self.folder, look_every_s=0)
        return Editions(world.store, world.house, rules, Authority("stoke-on-trent"))

    def write(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        self.looks += 1
        os.utime(path, (self.looks, self.looks))  # whatever the clock of the disk

    def begin(self) -> None:
        self.editions.begin(self.world.clock())
        self.world.deciding = self.world.house.deciding

    def notice(self) -> None:
        """Turn until the thread that looks at the folder has seen it as it now lies there."""
        seen = self.editions.folder

        def turned() -> bool:
            self.editions.turn(self.world.clock())
            return (
                seen._read == seen._signature()
                and seen._found.empty()
                and not seen._looking.is_alive()
            )

        until(turned, 60, "the folder is read")
        self.editions.turn(self.world.clock())

    def status(self) -> dict[str, Any]:
        return standing(self.world.store, self.world.clock(), {}, None, [])

    def mark(self, name: str) -> object:
        with self.world.store.read() as tx:
            return tx.marks.get(name)

    def written(self, kind: str) -> list[Entry]:
        with self.world.store.read() as tx:
            return [one for one in tx.journal.of("rulebook") if one.kind == kind]
