"""The texts of the small rulebook, and what its packs are called."""

from daemon.rulebook import sources
from tests.small import SMALL

TEXTS = sources(SMALL)
STOKE, BASE = "stoke-on-trent", "statutory-england"
