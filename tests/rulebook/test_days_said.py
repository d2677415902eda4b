"""What a message says of days is true whenever it is read: delivery may slip past midnight, and mail waits."""

import re

import pytest

from daemon.rulebook import shipped
from daemon.rulebook.language.marks import Text, read

AS_READ = re.compile(r"\b(today|tomorrow|yesterday|tonight|this (morning|afternoon|evening))\b")
MESSAGES = sorted(shipped().glob("*/messages/*.yaml"))


@pytest.mark.parametrize("key", ["subject", "lead"])
def test_what_has_happened_or_is_due_is_told_with_its_day(key):
    said = {file: read(file.read_text("utf-8"), "")[0].get(key) for file in MESSAGES}

    assert sum(isinstance(text, Text) for text in said.values()) > 100
    assert {file.stem: str(text) for file, text in said.items() if AS_READ.search(str(text))} == {}
