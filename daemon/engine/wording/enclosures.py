"""What travels with an invitation: the authority's own papers by their address, else a few words of ours."""

from collections.abc import Mapping

from daemon.domain.rules import Rulebook
from daemon.rulebook.wording.enclosures import ALWAYS, HOUSE_TEXTS


def enclosed(
    book: Rulebook, own_papers: Mapping[str, str], invitation: str, *, is_family: bool
) -> list[tuple[str, str]]:
    """Return the papers of an invitation, each with where it lies or what it says; `own_papers` are the authority's.

    What professionals are told (how to send a report, how to sit before a camera) goes into no letter to a family:
    that has what the pack names for it, and nothing beside.
    """
    every = (one for pack in book.packs.values() for one in pack.invitations)
    named = next((one for one in every if one.name == invitation), None)
    titles = book.vocabulary.documents
    found = []
    own = (named.encloses_for_family if is_family else named.encloses) if named else ()
    for name in dict.fromkeys((*own, *(() if is_family else ALWAYS))):
        title = titles.get(name, name.replace("_", " "))
        said = own_papers.get(name) or HOUSE_TEXTS.get(name)
        found += [(title[:1].upper() + title[1:], said)] if said else []
    return found
