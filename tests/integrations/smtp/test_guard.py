"""Mail to some domains is marked, labelled, or says nothing but where to look."""

import pytest
from pydantic import ValidationError

from daemon.domain.errors import Permanent
from daemon.domain.message import Level
from daemon.domain.person import Person
from daemon.engine.wording.levels import level_for
from daemon.testing.channel_contract import MESSAGE
from daemon.testing.world import World
from integrations.smtp.config import Config
from tests.integrations.smtp.conftest import Connect
from tests.small import SMALL

PLAIN = MESSAGE.subject
SECURE = {
    "secure": {"nhs.example": "tag", "Police.Example": "label", "school.example": "link"},
    "secure_label": "X-Classification: OFFICIAL-SENSITIVE",
}


def somebody(domain: str) -> Person:
    return Person("ben", {"email": f"ben@{domain}"})


@pytest.mark.parametrize(
    ("domain", "options", "subject", "label"),
    [
        pytest.param("nhs.example", SECURE, f"[secure] {PLAIN}", None, id="a mark in the subject"),
        pytest.param(
            "police.example", SECURE, PLAIN, "OFFICIAL-SENSITIVE", id="a label in the header"
        ),
        pytest.param("charity.example", SECURE, PLAIN, None, id="a domain that is not named"),
        pytest.param("sub.nhs.example", SECURE, PLAIN, None, id="a domain below a named one"),
        pytest.param(
            "charity.example", {"secure": {"*": "tag"}, "secure_tag": "#encrypt"},
            f"#encrypt {PLAIN}", None, id="every other domain, with a mark of our own",
        ),
        pytest.param(
            "council.example", {"secure": {"*": "tag", "council.example": "plain"}},
            PLAIN, None, id="our own, where every other is marked",
        ),
    ],
)  # fmt: skip
def test_mail_goes_out_as_its_domain_asks(
    server, connect: Connect, arrived, domain, options, subject, label
):
    connect(server.port, **options).send(MESSAGE, somebody(domain), MESSAGE.id)

    (mail,) = arrived()
    assert (mail["Subject"], mail["X-Classification"]) == (subject, label)


def test_nothing_but_a_link_leaves_for_a_domain_that_may_have_no_more(
    server, connect: Connect, arrived
):
    channel = connect(server.port, **SECURE)
    school = somebody("school.example")

    with pytest.raises(Permanent, match=r"^link-only$"):
        channel.send(MESSAGE, school, MESSAGE.id)

    assert arrived() == []
    assert channel.most(school) is Level.L0
    assert channel.most(somebody("nhs.example")) is None


def test_the_line_writes_no_more_to_somebody_than_the_channel_may_carry(tmp_path, connect: Connect):
    world = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    ann = Person("ann", {"email": "ann@council.example"})
    usual, _ = level_for(world.house, ann, "email")

    world.house.channels = {"email": connect(1, secure={"council.example": "link"})}

    assert usual is Level.L2
    assert level_for(world.house, ann, "email") == (Level.L0, False)


def test_check_says_how_mail_is_guarded(connect: Connect):
    assert connect(25, **SECURE).explain() == [
        "mail to nhs.example carries [secure] in its subject",
        "mail to police.example carries the header X-Classification",
        "mail to school.example says nothing but where to look",
        "mail to every other domain goes as it is",
    ]
    assert connect(25).explain() == []


@pytest.mark.parametrize(
    ("options", "what"),
    [
        pytest.param({"secure": {"nhs": "tag"}}, "no plain e-mail address|not a plain", id="no domain"),
        pytest.param({"secure": {"nhs.example": "shout"}}, "'plain', 'tag'", id="no such way"),
        pytest.param({"secure": {"nhs.example": "label"}}, "name it in secure_label", id="no label"),
        pytest.param({"secure_label": "Bcc: a@b.example"}, "no header of a label", id="another header"),
        pytest.param({"secure_label": "X-A: b\r\nBcc: c"}, "no header of a label", id="two headers"),
        pytest.param({"secure_tag": "[a\r\n]"}, "should match pattern", id="a mark of two lines"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_used_is_refused(options, what):
    given = {"host": "localhost", "security": "none", "sender": "daykeeper@council.example"}

    with pytest.raises(ValidationError, match=what):
        Config.model_validate({**given, **options})
