"""The stand-in is strict: what Microsoft's schema does not have, it refuses."""

import ssl
from typing import Any

import httpx
import pytest

from daemon.testing.microsoft365 import calendar
from daemon.testing.microsoft365.calls import Call, Refused
from daemon.testing.microsoft365.schema import Unserved, mistakes
from daemon.testing.microsoft365.tenant import Tenant
from tests.integrations.microsoft365.conftest import MAILBOX

BOX = f"/users/{MAILBOX}"
MAIL = {
    "subject": "s",
    "body": {"contentType": "html", "content": "x"},
    "toRecipients": [{"emailAddress": {"address": "a@council.example"}}],
    "attachments": [
        {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a", "contentBytes": "QQ=="}
    ],
}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("/messages", MAIL, id="a draft"),
        pytest.param("/sendMail", {"message": MAIL, "saveToSentItems": True}, id="small letters"),
        pytest.param("/sendMail", {"Message": MAIL}, id="capitals"),
    ],
)
def test_what_is_published_is_taken(path, body):
    assert mistakes("POST", BOX + path, {}, body) == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("/messages", {"subjekt": "s"}, id="a field that there is not"),
        pytest.param("/messages", {"importance": "urgent"}, id="a word that there is not"),
        pytest.param("/messages", {"toRecipients": [{"address": "a@b"}]}, id="a flat recipient"),
        pytest.param("/messages", {"sensitivity": "private"}, id="a mail has no sensitivity"),
        pytest.param(
            "/messages",
            {"attachments": [{"@odata.type": "#microsoft.graph.fileAttachment", "filename": "a"}]},
            id="a field of another attachment",
        ),
        pytest.param("/sendMail", {}, id="no message"),
        pytest.param("/messages/1/send", {"comment": "x"}, id="a body where none belongs"),
        pytest.param("/events", {"start": "2026-12-01T10:00:00"}, id="a time without a zone"),
        pytest.param("/events", {"hideAttendes": True}, id="a field of an entry that there is not"),
        pytest.param("/events/1/cancel", {"reason": "x"}, id="a cancellation with another word"),
    ],
)
def test_what_is_not_published_is_a_mistake(path, body):
    assert mistakes("POST", BOX + path, {}, body)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("POST", f"{BOX}/post", 404, id="a path that there is not"),
        pytest.param("DELETE", f"{BOX}/sendMail", 405, id="a method that there is not"),
    ],
)
def test_what_is_not_served_says_so(method, path, status):
    with pytest.raises(Unserved) as refusal:
        mistakes(method, path, {}, None)

    assert refusal.value.status == status


def test_an_option_that_there_is_not_is_a_mistake():
    assert mistakes("GET", f"{BOX}/messages", {"$search": "x"}, None)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param("/chats/1/messages", 401, id="an application may not chat"),
        pytest.param(f"{BOX}/messages", 201, id="but it may write mail"),
    ],
)
def test_it_answers_a_bare_client_as_graph_does(office, path, said):
    with httpx.Client(
        base_url=f"{office.address}/v1.0",
        verify=ssl.create_default_context(cafile=office.certificate),
        trust_env=False,
    ) as bare:
        body = MAIL if "users" in path else {"body": {"content": "x"}}
        without = bare.post(path, json=body)
        found = bare.post(
            path, json=body, headers={"Authorization": f"Bearer {office.tenant.issue()}"}
        )

    assert (without.status_code, found.status_code) == (401, said)


MEETING = {
    "subject": "s", "isOnlineMeeting": True, "transactionId": "t-1", "attendees": [],
    "start": {"dateTime": "2026-03-20T10:00:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-20T11:00:00", "timeZone": "UTC"},
}  # fmt: skip


def made(tenant: Tenant) -> dict[str, Any]:
    """Return an entry with an online meeting, made as often as it is asked for."""
    call = Call("POST", f"{BOX}/events", (MAILBOX,), body=MEETING)
    return dict(calendar.create(tenant, call).body)


def changed(tenant: Tenant, id_: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the entry after a change."""
    call = Call("PATCH", f"{BOX}/events/{id_}", (MAILBOX, id_), body=body)
    return dict(calendar.change(tenant, call).body)


def test_the_same_transaction_makes_one_entry_and_the_first_stays():
    tenant = Tenant()

    assert made(tenant)["id"] == made(tenant)["id"]
    assert len(tenant.box(MAILBOX).events) == 1


def test_an_online_meeting_survives_another_time_and_no_other_notes():
    tenant = Tenant()
    entry = made(tenant)

    moved = changed(tenant, entry["id"], {"start": MEETING["end"], "end": MEETING["end"]})
    written = changed(tenant, entry["id"], {"body": {"contentType": "html", "content": "Ours."}})

    assert moved["onlineMeeting"] == entry["onlineMeeting"]
    assert "onlineMeeting" not in written


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"transactionId": "t-2"}, id="another transaction"),
        pytest.param({"isOnlineMeeting": False}, id="online no longer"),
        pytest.param(
            {"attendees": [{"emailAddress": {"address": "a@b, c@d"}}]}, id="two addresses in one"
        ),
    ],
)
def test_what_outlook_refuses_to_change_is_refused(body):
    tenant = Tenant()
    id_ = made(tenant)["id"]

    with pytest.raises(Refused):
        changed(tenant, id_, body)
