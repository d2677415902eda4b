"""An answer against a send, a thousand times: once an answer stands, no send about its case begins (DOMAIN 5.4)."""

import sqlite3
from threading import Thread

import pytest

from daemon.domain.message import Lane
from daemon.domain.who import Who
from daemon.engine.answering.dispatch import Came
from daemon.store import WaiverRow

TOM = Who("tom", frozenset({"team_manager"}))
RACES = 1000
WATCH = """
CREATE TABLE seen (number INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT, of TEXT);
CREATE TRIGGER begun AFTER INSERT ON deliveries BEGIN
  INSERT INTO seen (what, of) VALUES ('send', NEW.message); END;
CREATE TRIGGER answered AFTER INSERT ON answers BEGIN
  INSERT INTO seen (what, of) VALUES ('answer', NEW.ref); END;
"""


@pytest.fixture
def world(story):
    """A thousand cases of which a reminder waits to be sent, and somebody says that each is not required."""
    made = story()
    made.house.signs_in = True
    for number in range(RACES):
        made.opens(f"SC-{number}", family=f"F-{number}")
    made.until("2026-03-05 08:59")
    made.clock.now = made.clock.now.replace(minute=0, hour=9)
    made.line.decide()
    with made.store.write() as tx:
        for number in range(RACES):
            obligation = f"SC-{number}/icpc-invite-list/icpc-1"
            tx.waivers.ask(WaiverRow(obligation, 0, "sam", "not_required", made.clock()))
    with sqlite3.connect(made.store.path) as connection:
        connection.executescript(WATCH)
    connection.close()
    return made


@pytest.mark.slow
# where one writes at a time, the order of commits shows
@pytest.mark.parametrize("backend", ["sqlite"])
def test_once_an_answer_stands_no_send_about_its_case_begins(world):
    came = []

    def answer() -> None:
        for one in world.line.decisions.waiting_for(TOM, world.clock()):
            done = world.line.decisions.decide(
                TOM, one.id, "yes", world.clock(), reason="not_required", refs=one.refs
            )
            came.append(done)

    answering = Thread(target=answer)
    answering.start()
    while answering.is_alive():
        world.line.deliverer.deliver(Lane.ROUTINE, for_s=0.05)
    answering.join()
    world.line.send()

    with sqlite3.connect(world.store.path) as connection:
        seen = list(connection.execute("SELECT what, of FROM seen ORDER BY number"))
    connection.close()
    with world.store.read() as tx:
        about = {of: tx.notices.of_message(of) for what, of in seen if what == "send"}
    sent = {one.message.id for one in world.email.sent}  # others were looked at, and ended unsent
    answered: set[str] = set()
    late: list[str] = []
    early = 0
    for what, of in seen:
        if what == "answer":
            answered.add(of)
            continue
        refs = {ref for notice in about[of] if of in sent for ref in notice.refs}
        late += refs & answered
        early += bool(refs)
    assert came == [Came.DONE] * RACES
    assert late == []
    assert early + world.count("waived") >= RACES  # none was lost between the two
    assert world.count("waived") == RACES
    assert early > 0, "nothing was sent: this was no race"
