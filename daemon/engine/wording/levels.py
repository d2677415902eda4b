"""How much a message to one person by one channel may carry."""

from daemon.decide.telling.letters import level_of
from daemon.domain.message import Level
from daemon.domain.person import Person
from daemon.engine.house import House


def level_for(house: House, person: Person, channel: str) -> tuple[Level | None, bool]:
    """Return the level, None where they may have nothing, and whether the message leaves the authority.

    The authority's domains say it; a channel that may carry less to somebody says so by `most`.
    Source: DOMAIN section 6.
    """
    terms = house.terms
    level, is_external = level_of(
        person, channel, terms.internal, terms.accepted, terms.unknown_gets
    )
    asked = getattr(house.channels.get(channel), "most", None)
    most = asked(person) if asked else None
    return (min(level, most) if level and most else level), is_external
