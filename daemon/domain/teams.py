"""Where somebody is reached in Microsoft Teams: the forms of an address that a directory may hold.

A workflow (`workflow:north`) stands for a team's channel, by the name that its secret address has in
the settings. A bot writes to a person (`29:…`, or the id of their account) and to a channel (`19:…`).
"""

import re

from daemon.domain.mail import parse_address

WORKFLOW = "workflow:"
NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
ACCOUNT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PERSON = re.compile(r"29:[A-Za-z0-9_-]{1,200}")
CHANNEL = re.compile(r"19:[A-Za-z0-9_-]{1,200}@thread\.(tacv2|skype)")
CHAT = re.compile(r"19:\S+@(thread\.v2|unq\.gbl\.spaces)|48:\S+")


def parse_teams_address(text: str) -> str:
    """Return an address of Teams as it is kept; raises ValueError("what; how to mend it").

    A sign-in name is one, too: by it the activity feed finds a person.
    """
    lower = text.lower()
    if lower.startswith(WORKFLOW):
        if workflow_of(lower) is None:
            raise ValueError("is no name of a workflow; write workflow:name, as workflow:north")
        return lower
    if ACCOUNT.fullmatch(lower):
        return lower
    if PERSON.fullmatch(text) or CHANNEL.fullmatch(text):
        return text
    if CHAT.fullmatch(text):
        raise ValueError(
            "is a chat, and Microsoft lets no application write into one; write workflow:name"
        )
    return parse_address(text)


def workflow_of(address: str) -> str | None:
    """Return the name of the workflow that an address stands for, None where it is none."""
    name = address.removeprefix(WORKFLOW)
    return name if address.startswith(WORKFLOW) and NAME.fullmatch(name) else None


def is_channel(address: str) -> bool:
    """Return whether a bot takes the address for a channel of a team."""
    return CHANNEL.fullmatch(address) is not None


def is_person(address: str) -> bool:
    """Return whether a bot takes the address for one person."""
    return (PERSON.fullmatch(address) or ACCOUNT.fullmatch(address)) is not None
