"""What a mailbox of ours that is full, blocked or asked to wait means: nothing is refused for good by it."""

import pytest

from daemon.domain.errors import Temporary
from daemon.testing.channel_contract import ANN, MESSAGE
from daemon.testing.microsoft365.faults import Fault

DRAFTS, SENDS = r"POST /users/[^/]+/messages$", r"/send$|/sendMail$"


@pytest.mark.parametrize("mode", ["draft", "send_mail"])
@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        pytest.param(413, "ErrorQuotaExceeded", "own-mailbox-full", id="it is full"),
        pytest.param(507, "ErrorQuotaExceeded", "own-mailbox-full", id="in another status"),
        pytest.param(
            400, "ErrorExceededMessageLimit", "own-limit-reached", id="as many as it may in a day"
        ),
        pytest.param(
            403, "ErrorMessageSubmissionBlocked", "own-mailbox-blocked", id="it may send no more"
        ),
    ],
)
def test_a_message_waits_for_our_own_mailbox_to_be_mended(
    office, connect, arrived, mode, status, code, reason
):
    channel = connect(mode=mode)
    office.misbehave(Fault(status, code, on=SENDS, times=1))

    with pytest.raises(Temporary, match=f"^{reason}$") as answer:
        channel.send(MESSAGE, ANN, MESSAGE.id)
    assert answer.value.is_ours
    channel.send(MESSAGE, ANN, MESSAGE.id)

    assert len(arrived()) == 1


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("999999", id="in seconds"),
        pytest.param("Fri, 01 Jan 2100 00:00:00 GMT", id="as a moment"),
    ],
)
def test_no_retry_after_shuts_a_mailbox_for_days(office, connect, asked):
    channel = connect()
    office.misbehave(Fault(429, on=DRAFTS, headers={"Retry-After": asked}))

    with pytest.raises(Temporary) as answer:
        channel.send(MESSAGE, ANN, "a")

    assert answer.value.retry_after_s == 3600


@pytest.mark.parametrize("asked", ["soon", "-5", "Fri, 06 Mar 2026 17:00:00 +99999999999999"])
def test_a_retry_after_that_means_nothing_is_none_and_leaves_nothing_open(office, connect, asked):
    channel = connect()
    office.misbehave(Fault(429, on=SENDS, headers={"Retry-After": asked}))

    with pytest.raises(Temporary, match=r"^throttled$") as answer:
        channel.send(MESSAGE, ANN, "a")

    assert answer.value.retry_after_s is None
