"""A story whose duty asks for a promise at every rung, and a promise."""

from datetime import date

import pytest

DUTY = "SC-1/icpc-invite-list/icpc-1"
INVITE_LIST = "stoke-on-trent/rules/icpc-invite-list.yaml"
ASKED_AT_EVERY_RUNG = tuple(
    (f"    message: {message}\n", f"    message: {message}\n    ask: promise\n")
    for message in ("invite-list-reminder", "invite-list-due-today", "invite-list-still-missing")
)


@pytest.fixture
def world(story):
    made = story()
    made.rule({INVITE_LIST: ASKED_AT_EVERY_RUNG})
    made.opens()
    return made


def promise(world, who, day):
    return world.line.responder.promise(
        world.link(who, "promise"), date.fromisoformat(day), world.clock()
    ).answer
