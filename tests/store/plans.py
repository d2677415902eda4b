"""What is asked so often that no answer to it may read a whole table."""

import pytest

from daemon.domain.message import Lane
from daemon.domain.times import EVER

EACH = dict.fromkeys(Lane, EVER)  # of each lane, all

PLANS: list[object] = [
    pytest.param(lambda tx, now: tx.obligations.due(now, 10), id="ladders that are due"),
    pytest.param(lambda tx, _now: tx.obligations.of(["SC-1"]), id="obligations of a case"),
    pytest.param(lambda tx, now: tx.notices.waiting(None, now, 10), id="notices that wait"),
    pytest.param(
        lambda tx, now: tx.notices.waiting_for(
            [("ann", "email", "F-1"), ("bob", "teams", None)], now
        ),
        id="some people's",
    ),
    pytest.param(lambda tx, _now: tx.notices.of_message("m-1"), id="what a message carries"),
    pytest.param(lambda tx, _now: tx.notices.told("SC-1/r/case"), id="who was told"),
    pytest.param(lambda tx, now: tx.notices.since(now), id="what has fired since"),
    pytest.param(
        lambda tx, now: tx.notices.oldest_waiting(now, Lane.ROUTINE), id="the oldest that waits"
    ),
    pytest.param(lambda tx, now: tx.messages.due(None, now, 10), id="messages to try again"),
    pytest.param(lambda tx, _now: tx.messages.refused(10), id="the newest that were refused"),
    pytest.param(lambda tx, _now: tx.messages.put_off_for(), id="what keeps messages waiting"),
    pytest.param(lambda tx, now: tx.cases.due(now, 10), id="cases to assess"),
    pytest.param(lambda tx, _now: tx.cases.family_refs("F-1"), id="a family's cases"),
    pytest.param(lambda tx, _now: tx.fragments.fingerprints("diary"), id="a feed's fingerprints"),
    pytest.param(lambda tx, _now: tx.fragments.of(["SC-1"]), id="a case's fragments"),
    pytest.param(lambda tx, _now: tx.journal.of("SC-1/"), id="the journal of a case"),
    pytest.param(lambda tx, _now: tx.journal.hash_of(7), id="whether the chain is ours"),
    pytest.param(
        lambda tx, _now: tx.journal.about({"message.accepted"}, 1, 9), id="what was sent elsewhere"
    ),
    pytest.param(lambda tx, now: tx.journal.seal(now, 10), id="entries to seal"),
    pytest.param(lambda tx, _now: tx.sessions.get("id-1"), id="who is signed in"),
    pytest.param(lambda tx, now: tx.ledger.unaccepted(now, EACH), id="what nobody has accepted"),
    pytest.param(
        lambda tx, now: tx.ledger.on_their_way(now, EACH, but_for=("x",)), id="what is on its way"
    ),
    pytest.param(lambda tx, now: tx.ledger.unsaid(now), id="what ended without a word"),
    pytest.param(lambda tx, now: tx.ledger.without_a_notice(now), id="what nobody was to be told"),
    pytest.param(
        lambda tx, now: tx.ledger.without_an_attempt(now, but_for="x"), id="what nobody ever sent"
    ),
    pytest.param(lambda tx, now: tx.ledger.told(now), id="what was told of"),
    pytest.param(lambda tx, _now: tx.ledger.known({"SC-1/r/case"}), id="duties by their ids"),
    pytest.param(lambda tx, now: tx.ledger.queues(now), id="what waits in each lane"),
    pytest.param(lambda tx, _now: tx.ledger.refused(), id="how many were refused"),
]
# What the page of what is held asks: few rows of the largest tables, each by an index of its own.
HELD: list[object] = [
    pytest.param(lambda tx, _now: tx.notices.held(), "ix_notices_held", id="what the brake holds"),
    pytest.param(
        lambda tx, _now: tx.obligations.held(), "ix_obligations_held", id="what waits for data"
    ),
    pytest.param(
        lambda tx, _now: tx.messages.refused(10), "ix_messages_refused", id="what was refused"
    ),
    pytest.param(
        lambda tx, now: tx.journal.since("role.unheld", now),
        "ix_journal_asked",
        id="roles that nobody held",
    ),
]
