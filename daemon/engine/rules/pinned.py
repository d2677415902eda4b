"""Rulebooks under which open obligations go on although another is in force: where a change is for new cases."""

from collections.abc import Container, Mapping
from dataclasses import replace

from daemon.decide.obligations import Deciding
from daemon.domain.rules import Applies
from daemon.rulebook import completed, load_texts
from daemon.store import Tx


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
        book = (
            known[row.digest].rulebook
            if row.digest in known
            else load_texts(completed(row.texts))[0]
        )
        if book is not None:
            found[row.digest] = replace(deciding, rulebook=book)
    return found
