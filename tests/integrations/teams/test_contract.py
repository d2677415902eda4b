"""Cards by a workflow, and by a bot to a person and into a channel: the promises of every such channel."""

import pytest

from daemon.domain.person import Person
from daemon.testing.card_contract import CardChannelContract

PLACES = {
    "a workflow": "workflow:north",
    "a bot, to a person": "29:1aK9mYhSZ3egG5Ve2UaOoEjrOppWz-gl7AQmsXeW",
    "a bot, to an account": "0d9f4f62-5a0b-4c5b-8d0e-3f5a0c9b1e77",
    "a bot, into a channel": "19:LydFnezGKSkhYoiLNP6kZ8AuXQr36EDA@thread.tacv2",
}


class TestCards(CardChannelContract):
    """The promises, each for every way."""

    @pytest.fixture(params=PLACES.values(), ids=PLACES)
    def somebody(self, request) -> Person:
        return Person("ann", {"email": "ann@council.example", "teams": request.param})
