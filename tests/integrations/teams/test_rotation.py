"""Secret addresses are changed while the channel is at work: the next card goes by the new one."""

from pathlib import Path

import pytest

from daemon.domain.errors import Permanent, Temporary
from daemon.domain.person import Person
from daemon.testing.card_contract import MESSAGE
from daemon.testing.teams.server import TeamsServer

NORTH = Person("north", {"teams": "workflow:north"})


def change(folder: Path, text: str) -> None:
    """Put a finished file in the place of the old one."""
    part = folder / "workflows.part"
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(folder / "workflows.toml")


def test_a_new_address_counts_from_the_next_card(tmp_path, channel, server, arrived):
    channel.send(MESSAGE, NORTH, "one")
    with TeamsServer() as other:
        change(tmp_path, f'north = "{other.workflow("north")}"\n')

        channel.send(MESSAGE, NORTH, "two")

        assert [post.key for post in other.posts] == ["two"]
    assert [key for key, _ in arrived()] == ["one"]


def test_a_workflow_that_is_added_is_reached_and_one_that_is_gone_is_not(
    tmp_path, channel, server, arrived
):
    change(tmp_path, f'south = "{server.workflow("south")}"\n')

    channel.send(MESSAGE, Person("south", {"teams": "workflow:south"}), "one")

    assert [key for key, _ in arrived()] == ["one"]
    with pytest.raises(Permanent, match="no-such-workflow"):
        channel.send(MESSAGE, NORTH, "two")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="a file that is just being written"),
        pytest.param('north = "https://evil.example/?sig=x"', id="another host"),
        pytest.param("north", id="no TOML"),
    ],
)
def test_while_the_file_cannot_be_used_cards_wait(tmp_path, channel, server, arrived, text):
    change(tmp_path, text)

    with pytest.raises(Temporary, match="workflows-unreadable"):
        channel.send(MESSAGE, NORTH, "one")

    change(tmp_path, f'north = "{server.workflow("north")}"\n')
    channel.send(MESSAGE, NORTH, "one")
    assert [key for key, _ in arrived()] == ["one"]
