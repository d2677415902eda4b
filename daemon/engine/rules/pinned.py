"""Rulebooks under which open obligations go on although another is in force: where a change is for new cases."""

from collections.abc import Container, Mapping
from dataclasses import replace

from daemon.decide.duties.obligations import Deciding
from daemon.domain.rules import Applies, Rulebook
from daemon.engine.records.carried import get_carried, watching
from daemon.rulebook import completed, load_texts
from daemon.store import RulebookRow, Tx


def pinned(
    tx: Tx, deciding: Deciding, known: Mapping[str, Deciding], among: Container[str] | None = None
) -> dict[str, Deciding]:
    """Return them by their digests; what is `known` already is not read again. `among`: no others.

    Source: DOMAIN 5.13.
    """
    digests = (one for one in tx.obligations.pinned() if among is None or one in among)
    rows = [row for one in digests if (row := tx.rulebooks.get(one))]
    found: dict[str, Deciding] = {}
    for row in rows:
        present = deciding.rulebook.packs.get(row.pack)
        if present is None or present.digest == row.digest or present.applies is Applies.OPEN_CASES:
            continue
        book = known[row.digest].rulebook if row.digest in known else _book(row)
        if book is not None:
            found[row.digest] = replace(deciding, rulebook=book)
    return found


def older(tx: Tx, deciding: Deciding, among: Container[str] | None = None) -> dict[str, Deciding]:
    """Return the same for whoever decides nothing and only looks: with what the feeds can show."""
    found = pinned(tx, deciding, {}, among)
    carried = get_carried(tx) if found else None
    return {digest: watching(one, carried) for digest, one in found.items()}


def former(tx: Tx, deciding: Deciding) -> dict[str, Rulebook]:
    """Return by their digests the rulebooks, in force no longer, that any obligation stands under, ended or open.

    One that this release cannot read is left out.
    """
    present = set(deciding.rulebook.digests.values())
    rows = [
        row
        for one in tx.obligations.pinned(is_open=False) - present
        if (row := tx.rulebooks.get(one))
    ]
    return {row.digest: book for row in rows if (book := _book(row))}


def _book(row: RulebookRow) -> Rulebook | None:
    return load_texts(completed(row.texts), is_kept=True)[0]
