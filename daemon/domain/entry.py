"""What every calendar asks of a message before it makes an entry of it."""

import re

from daemon.domain.errors import Permanent
from daemon.domain.event import Event
from daemon.domain.message import Message

UID, UID_MOST = re.compile(r"[!-~]+", re.ASCII), 255


def event_of(message: Message) -> Event:
    """Return the event that a message carries.

    Raises Permanent where it has none (`no-event`), no words (`no-words`), or one that no calendar could
    keep (`bad-event`): its uid is not one plain word, its revision is below 0, or it ends before it starts.
    """
    event = message.event
    if event is None:
        raise Permanent("no-event")
    if not message.text.strip():
        raise Permanent("no-words")
    is_named = len(event.uid) <= UID_MOST and UID.fullmatch(event.uid)
    if not is_named or event.revision < 0 or event.ends_at <= event.starts_at:
        raise Permanent("bad-event")
    return event
