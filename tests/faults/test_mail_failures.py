"""A mail server that is away, says nothing, or refuses one address."""

from datetime import timedelta

import pytest

from daemon.engine.standing.overview import standing
from tests.faults.authority import DOMAIN, DUE_AT, DUTY, OPERATOR, Authority
from tests.faults.checker import judge, read_mails
from tests.faults.looking import looking_into, states
from tests.faults.receiver import Receiver
from tests.faults.runner import Daemon, offset_to, until

pytestmark = pytest.mark.slow
EARLIER = DUE_AT - timedelta(minutes=5)
DOWN_S = 5  # before anybody has been tried so often that the operator hears of it


def test_nothing_is_lost_while_the_mail_server_is_down(tmp_path):
    authority = Authority(tmp_path, families=10, children=1)
    with Receiver(tmp_path / "mail") as before:
        port = before.port
    authority.write(port)
    offset = offset_to(EARLIER)

    with Daemon(authority.config, offset) as daemon:
        daemon.wait_for("delivery.recorded", outcome="will-retry", reason="unreachable")
        assert daemon.outlives(DOWN_S)
        with Receiver(tmp_path / "mail", port=port) as mail:
            until(lambda: len(mail.received()) >= 30, 60, "what waited has come")
            assert daemon.stop() == 0
            mails = read_mails(mail.folder, mail.received(), mail.unanswered())

    expected = {telling: at for telling, at in authority.expected().items() if at < EARLIER}
    verdict = judge(mails, expected, [], offset, authority.connections)
    assert verdict.faults() == {}
    assert verdict.mails == 30


def test_an_urgent_message_passes_routine_ones_that_hang(tmp_path, mail):
    authority = patient(tmp_path)
    authority.write(mail.port)
    silent = {telling.address for telling in authority.expected()}
    mail.hang_for(*silent)

    with Daemon(authority.config, offset_to(EARLIER)) as daemon:
        until(lambda: under_way(authority) == 3, 60, "routine messages hang")
        spoil_a_row(authority)
        until(lambda: mail.addresses()[OPERATOR], authority.deadline_s, "the operator has heard")

        assert mail.addresses() == {OPERATOR: 1}

        mail.hang_for()
        until(lambda: len(mail.received()) >= 31, 40, "the others have come")
        assert daemon.stop() == 0

    assert set(mail.addresses()) == {OPERATOR, *(one for one in silent if "service" not in one)}
    assert len(mail.received()) == len({line["message_id"] for line in mail.received()}) == 31


def test_one_recipient_who_hangs_holds_up_no_other(tmp_path, mail):
    authority = patient(tmp_path)
    authority.write(mail.port)
    silent = f"sw-north-0@{DOMAIN}"
    mail.hang_for(silent)

    with Daemon(authority.config, offset_to(EARLIER)) as daemon:
        until(lambda: under_way(authority), 60, "the first message is on the wire")
        until(lambda: len(mail.received()) == 29, authority.deadline_s, "all others have come")

        assert silent not in mail.addresses()
        assert daemon.said("delivery.recorded", outcome="will-retry") == []


def test_a_refused_address_is_passed_on_and_stands_in_status(tmp_path, mail):
    authority = Authority(tmp_path, families=1, children=1)
    authority.write(mail.port)
    mail.switch(refuse=[f"sw-north-0@{DOMAIN}"])

    with Daemon(authority.config, offset_to(EARLIER)) as daemon:
        until(lambda: len(mail.received()) == 4, 60, "the others, the duty mailbox, the operator")
        assert daemon.stop() == 0

    assert mail.addresses() == {
        f"team_coordinator-north@{DOMAIN}": 1, f"team_manager-north@{DOMAIN}": 1, DUTY: 1, OPERATOR: 1,
    }  # fmt: skip
    with looking_into(authority) as store:
        said = standing(store, DUE_AT, {}, None, [])
    assert [(one["channel"], one["reason"]) for one in said["refused"]] == [
        ("email", "refused-550")
    ]
    assert any(one.startswith("1 message was refused") for one in said["attention"])
    assert said["deliveries"]["email"]["refused"] == 1


def patient(folder):
    """Return an authority that gives a send so long that nobody could take the wait for a success."""
    return Authority(
        folder, families=10, children=1, deadline_s=10, lease_s=15, read_every="1 second"
    )


def spoil_a_row(authority):
    """Add a conference with a day that does not exist: the operator hears of it at once."""
    sheet = authority.diary / "conference.csv"
    sheet.write_text(sheet.read_text("utf-8") + "M-9,ICPC,SC-9,2026-02-31,,booked\n", "utf-8")


def under_way(authority):
    return states(authority).get("sending", 0)
