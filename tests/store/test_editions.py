"""The editions that were in force, and the rows of a draft that decides beside them."""

from datetime import datetime, timedelta

import pytest

from daemon.store import CaseRow, EditionRow, FragmentRow, Store, clear

HOUR = timedelta(hours=1)
WRITTEN = {
    "policies/vocabulary.yaml": "facts: {}\n",
    "authority/authority.yaml": 'title: "Größe — 5pm"\n',
}


def test_an_edition_is_kept_as_it_was_written_and_may_come_back(
    store: Store, now: datetime
) -> None:
    row = EditionRow("aaa", WRITTEN, "commit 1a2b3c4 by Ann Example", now)
    with store.write() as tx:
        tx.editions.put(row)
        tx.editions.put(EditionRow("bbb", {}, "sam", now))
        tx.editions.put(EditionRow("aaa", WRITTEN, row.written_by, now + HOUR))

    with store.read() as tx:
        assert tx.editions.get("aaa") == EditionRow("aaa", WRITTEN, row.written_by, now + HOUR)
        assert tx.editions.get("zzz") is None


def test_a_shadow_reads_our_records_and_keeps_what_it_decides_to_itself(
    store: Store, now: datetime, track, notice
) -> None:
    shadow = store.shadow()
    fragment = FragmentRow("SC-1", {"ref": "SC-1", "facts": {}}, "f", "here", now)
    with store.write() as tx:
        tx.fragments.save("diary", [fragment], now)
        tx.obligations.save([track()])
    with shadow.write() as tx:
        tx.cases.assessed([CaseRow("SC-1")])
        tx.obligations.save([track(), track(subject="icpc-2")])
        tx.notices.insert([notice()])
        tx.journal.write(now, "notice.fired", "SC-1", "because", {})

    with store.read() as real, shadow.read() as beside:
        assert beside.fragments.of(["SC-1"]) == real.fragments.of(["SC-1"]) != {}
        assert len(real.obligations.of(["SC-1"])["SC-1"]) == 1
        assert len(beside.obligations.of(["SC-1"])["SC-1"]) == 2
        assert real.notices.counts()["waiting"] == 0
        assert real.journal.of("") == beside.journal.of("") == []


def test_what_a_draft_decided_is_cleared_and_nothing_else(store: Store, track, notice) -> None:
    shadow = store.shadow()
    for each in (store, shadow):
        with each.write() as tx:
            tx.obligations.save([track()])
            tx.notices.insert([notice()])

    with shadow.write() as tx:
        clear(tx)

    with store.read() as real, shadow.read() as beside:
        assert beside.obligations.of(["SC-1"]) == {}
        assert beside.notices.counts()["waiting"] == 0
        assert real.notices.counts()["waiting"] == 1
    with pytest.raises(ValueError, match="stoke"), store.write() as tx:
        clear(tx)
