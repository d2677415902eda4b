"""What travels with an invitation: the authority's own papers by their address, else a few words of ours."""

from daemon.engine.house import House
from daemon.rulebook.enclosures import ALWAYS, HOUSE_TEXTS


def enclosed(house: House, invitation: str, *, is_family: bool) -> list[tuple[str, str]]:
    """Return the papers of an invitation, each with where it lies or what it says.

    What professionals are told (how to send a report, how to sit before a camera) goes into no letter to a family:
    that has what the pack names for it, and nothing beside.
    """
    packs = house.deciding.rulebook.packs.values()
    every = (one for pack in packs for one in pack.invitations if one.name == invitation)
    named = next(every, None)
    titles = house.deciding.words.documents
    found = []
    own = (named.encloses_for_family if is_family else named.encloses) if named else ()
    for name in dict.fromkeys((*own, *(() if is_family else ALWAYS))):
        title = titles.get(name, name.replace("_", " "))
        said = house.terms.enclosures.get(name) or HOUSE_TEXTS.get(name)
        found += [(title[:1].upper() + title[1:], said)] if said else []
    return found
