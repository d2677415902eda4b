"""A card into a team's channel: one POST to a workflow whose address is its only key."""

import re
from http import HTTPStatus

from pydantic import SecretStr

from daemon.domain.errors import Permanent, Temporary
from daemon.domain.mail import safe_id
from daemon.domain.message import Message, Receipt
from integrations.teams.answer import Own, judge
from integrations.teams.card import attached, fitted
from integrations.teams.pace import Pace
from integrations.teams.wire import TRACE, Wire

TAKEN = (HTTPStatus.OK, HTTPStatus.ACCEPTED)
OWN: Own = {
    # ours to mend: nothing is lost by it
    HTTPStatus.UNAUTHORIZED: (Temporary, "signature-refused"),
    HTTPStatus.FORBIDDEN: (Temporary, "signature-refused"),
    HTTPStatus.NOT_FOUND: (Permanent, "workflow-not-found"),
    HTTPStatus.GONE: (Permanent, "workflow-not-found"),
}
RUN = re.compile(r"[A-Za-z0-9-]{1,64}")


class Workflow:
    """The workflows of the settings. "Taken" means handed over: whether a flow then ran, nobody is told."""

    def __init__(self, wire: Wire, pace: Pace) -> None:
        self.wire, self.pace = wire, pace

    def post(
        self, name: str, address: SecretStr, message: Message, key: str, until: float
    ) -> Receipt:
        """Hand one card over; raises a WireError, and Temporary where it is not yet this place's turn."""
        content = fitted(message, attached)
        self.pace.enter(name)
        headers = {
            "Content-Type": "application/json",
            TRACE: safe_id(key),  # shown with the run, to its owner
        }
        said = self.wire.post(address.get_secret_value(), until, headers, content)
        if said.retry_after_s and said.status not in TAKEN:
            self.pace.rest(name, said.retry_after_s)
        judge(said, TAKEN, OWN)
        return Receipt(said.run if RUN.fullmatch(said.run) else None)
