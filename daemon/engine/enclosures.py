"""What travels with an invitation: the authority's own papers by their address, else a few words of ours."""

from daemon.engine.house import House
from daemon.rulebook.enclosures import ALWAYS, HOUSE_TEXTS


def enclosed(house: House, invitation: str) -> list[tuple[str, str]]:
    """Return the papers of an invitation, each with where it lies or what it says."""
    packs = house.deciding.rulebook.packs.values()
    named = [one.encloses for pack in packs for one in pack.invitations if one.name == invitation]
    titles = house.deciding.words.documents
    found = []
    for name in dict.fromkeys((*(named[0] if named else ()), *ALWAYS)):
        title = titles.get(name, name.replace("_", " "))
        said = house.terms.enclosures.get(name) or HOUSE_TEXTS.get(name)
        found += [(title[:1].upper() + title[1:], said)] if said else []
    return found
