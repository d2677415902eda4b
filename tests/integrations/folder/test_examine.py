"""What an administrator is told of a folder before anybody relies on it."""

from datetime import UTC, datetime

import pytest

from integrations.folder.channel import Folder
from integrations.folder.config import Config


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param("mail", "ok: files can be written", id="it will be made"),
        pytest.param("file/mail", "fail: no file can be written", id="a file stands in its way"),
    ],
)
def test_whether_files_can_be_written_is_said_and_none_is(tmp_path, name, line):
    (tmp_path / "file").touch()
    config = Config(folder=tmp_path / name, sender="daykeeper@council.example")
    channel = Folder(config, lambda: datetime(2026, 3, 6, tzinfo=UTC))

    lines = [f"{one.grade}: {one}" for one in channel.examine()]

    assert len(lines) == 1
    assert lines[0].startswith(line)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
