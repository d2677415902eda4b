"""Teams as Graph offers it to an application: the activity feed, and no chat."""

from typing import Any

from daemon.testing.microsoft365.calls import Call, Refused, Reply
from daemon.testing.microsoft365.tenant import Notice, Tenant

DEEP = "https://teams.microsoft.com/l/"


def notify(tenant: Tenant, call: Call) -> Reply:
    """Put an entry into a person's feed; one of the same chain takes its forerunner's place."""
    person = call.mailbox
    if person in tenant.missing:
        raise Refused(404, "NotFound")
    if person in tenant.without_app:
        raise Refused(403, "Forbidden")
    topic = call.argument("topic") or {}
    if topic.get("source") == "text" and not str(topic.get("webUrl")).startswith(DEEP):
        raise Refused(400, "BadRequest")
    chain = call.argument("chainId")
    if chain is not None:
        tenant.notices = [
            one for one in tenant.notices if one.to != person or one.body.get("chainId") != chain
        ]
    tenant.taken += 1
    tenant.notices.append(Notice(tenant.clock(), person, dict(call.body)))
    return Reply(204)


def chat(tenant: Tenant, call: Call) -> Reply:
    """Refuse, as Graph does: an application may not write messages."""
    del tenant, call
    raise Refused(401, "Unauthorized")


TABLE: dict[tuple[str, str], Any] = {
    ("POST", "/users/{user-id}/teamwork/sendActivityNotification"): notify,
    ("POST", "/chats/{chat-id}/messages"): chat,
    ("POST", "/teams/{team-id}/channels/{channel-id}/messages"): chat,
}
