"""One case under the rules in force, and under older ones where some of its obligations are pinned to those."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from daemon.decide.duties.obligations import Answer, Deciding
from daemon.domain.obligation import Obligation
from daemon.domain.record import Record
from daemon.domain.rules import Applies, Pack
from daemon.domain.track import Track


class Share(NamedTuple):
    """The obligations of one case that stand under one pack, and how they stood before."""

    pack: Pack
    obligations: tuple[Obligation, ...]
    tracks: Mapping[str, Track]


def decide_in_shares(
    deciding: Deciding, older: Mapping[str, Deciding], record: Record, now: datetime,
    kept: Mapping[date, int], own: Mapping[str, Track],
) -> tuple[Answer, list[Share]]:  # fmt: skip
    """Return how a case stands, and the same in shares, one for each rulebook that its obligations are under.

    `older` are rulebooks by their digests; `own` the obligations of the case as they stood before.

    Source: DOMAIN 5.13.
    """
    pack, _ = deciding.pack_for(record)
    answer = deciding.decide(record, now, kept=kept)
    if not older or pack.applies is Applies.OPEN_CASES:
        return answer, [Share(pack, answer.obligations, own)]
    pinned = {id_: older[t.pack_digest] for id_, t in own.items() if t.pack_digest in older}
    free = tuple(one for one in answer.obligations if one.id not in pinned)
    tracks = {id_: track for id_, track in own.items() if id_ not in pinned}
    shares = [Share(pack, free, tracks)]
    for book in {id(one): one for one in pinned.values()}.values():
        theirs = {id_: track for id_, track in own.items() if pinned.get(id_) is book}
        old_pack, _ = book.pack_for(record)
        old = book.decide(record, now, kept=kept)
        found = tuple(one for one in old.obligations if one.id in theirs)
        shares.append(Share(old_pack, found, theirs))
    whole = tuple(one for share in shares for one in share.obligations)
    return answer._replace(obligations=whole), shares
