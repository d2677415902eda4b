"""Messages as files: whole, private, and written once."""

import stat
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from pydantic import ValidationError

from daemon.domain.errors import Temporary
from daemon.domain.message import Receipt
from daemon.testing.channel_contract import ANN, MESSAGE, ChannelContract
from integrations.folder.channel import Folder
from integrations.folder.config import Config

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)


@pytest.fixture
def channel(tmp_path: Path) -> Folder:
    options = {"folder": "outbox", "sender": "daykeeper@council.example"}
    return Folder(Config.model_validate(options, context={"base": tmp_path}), lambda: NOW)


@pytest.fixture
def arrived(tmp_path: Path) -> Callable[[], Sequence[EmailMessage]]:
    def read() -> list[EmailMessage]:
        files = sorted((tmp_path / "outbox").glob("*"))
        return [message_from_bytes(file.read_bytes(), policy=default) for file in files]

    return read


class TestFolder(ChannelContract):
    """The promises of every channel."""


def test_a_second_send_leaves_the_first_file_as_it_was(channel: Folder, tmp_path: Path) -> None:
    channel.send(MESSAGE, ANN, MESSAGE.id)
    file = tmp_path / "outbox" / "01JQ-7.eml"
    before = file.stat().st_ino, file.read_bytes()

    receipt = channel.send(replace(MESSAGE, text="other words"), ANN, MESSAGE.id)

    assert receipt == Receipt("01JQ-7.eml")
    assert (file.stat().st_ino, file.read_bytes()) == before


def test_only_the_service_itself_may_read_what_it_wrote(channel: Folder, tmp_path: Path) -> None:
    channel.send(MESSAGE, ANN, MESSAGE.id)

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "outbox").glob("**")]
    assert modes == [0o700]
    assert stat.S_IMODE((tmp_path / "outbox" / "01JQ-7.eml").stat().st_mode) == 0o600


def test_an_id_cannot_climb_out_of_the_folder(channel: Folder, tmp_path: Path) -> None:
    channel.send(MESSAGE, ANN, "../../evil/\x00.eml")

    assert [path.parent for path in tmp_path.rglob("*.eml")] == [tmp_path / "outbox"]


def test_a_disk_that_refuses_is_tried_again_later_and_leaves_no_part(
    channel: Folder, tmp_path: Path
) -> None:
    (tmp_path / "outbox").write_text("in the way")

    with pytest.raises(Temporary, match=r"^folder-unwritable$"):
        channel.send(MESSAGE, ANN, MESSAGE.id)
    assert [path.name for path in tmp_path.iterdir()] == ["outbox"]


def test_a_folder_that_is_a_file_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "outbox").touch()

    with pytest.raises(ValidationError, match="this is a file"):
        Config.model_validate(
            {"folder": "outbox", "sender": "a@council.example"}, context={"base": tmp_path}
        )
