"""Cases that a feed shows and the case system does not: a mistyped reference, or a child that it has lost."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

ALIKE = 0.8  # two signs of six changed places
TRIED_MOST = 200  # of them a likeness is looked for: each is compared with every case


@dataclass(frozen=True, slots=True)
class Orphan:
    """One case of which the case system shows nothing; `nearest` is a reference that it does show, or "" ."""

    ref: str
    feeds: tuple[str, ...]
    nearest: str


def orphans(alone: Mapping[str, Collection[str]], known: Collection[str]) -> Iterator[Orphan]:
    """Yield each case of `alone` (by reference, the feeds that show it) with the nearest of those that are known.

    Nothing is joined by likeness: a person says which it is. References that differ in their
    letters' case, leading noughts or signs are nearest, then those in which few signs differ.

    Source: FEEDS 1.9 (expect wrong and missing ids).
    """
    by_look = {_look(ref): ref for ref in known}
    for number, (ref, feeds) in enumerate(sorted(alone.items())):
        nearest = by_look.get(_look(ref), "")
        if not nearest and number < TRIED_MOST:
            nearest = next(iter(get_close_matches(ref, known, n=1, cutoff=ALIKE)), "")
        yield Orphan(ref, tuple(sorted(feeds)), nearest)


def _look(ref: str) -> str:
    return "".join(sign for sign in ref.casefold() if sign.isalnum()).lstrip("0")
