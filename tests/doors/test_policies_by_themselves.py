"""Settings that name a folder of policies by itself: `check`, a run and `status` hold it against what ships."""

import shutil

import pytest

from daemon.app import build
from daemon.cli import main
from daemon.domain.errors import Refusal
from daemon.rulebook import shipped
from daemon.settings.whole import load
from daemon.store import create

LIMIT = "statutory-england/rules/icpc-limit.yaml"
MOVED = 'due: it says something else than this release ("due"): a statutory limit is not changed'
SETTINGS = """
authority = "potterby"
title = "Potterby"
operator = "operator@potterby.example"
fallback = "duty@potterby.example"
pathway_default = "stoke-on-trent"
rulebook = "ours"
"""


@pytest.fixture
def config(tmp_path):
    """Return settings that name a copy of the base and of one pathway."""
    for part in ("statutory-england", "stoke-on-trent", "holidays"):
        shutil.copytree(shipped() / part, tmp_path / "ours" / part)
    shutil.copy(shipped() / "vocabulary.yaml", tmp_path / "ours")
    file = tmp_path / "daykeeper.toml"
    file.write_text(SETTINGS, "utf-8")
    return file


def move_the_limit(config):
    file = config.with_name("ours") / LIMIT
    text = file.read_text("utf-8")
    assert "due: 15 " in text
    file.write_text(text.replace("due: 15 ", "due: 90 "), "utf-8")


@pytest.mark.parametrize("words", [["{}/ours"], ["--config", "{}/daykeeper.toml"]])
def test_check_tells_a_limit_that_was_moved_at_its_own_line(config, capsys, words):
    check = ["check", *(word.format(config.parent) for word in words), "--quick"]
    assert main(check) == 0

    move_the_limit(config)

    assert main(check) == 1
    (said,) = [one for one in capsys.readouterr().out.splitlines() if one.startswith("error: ours")]
    assert said.startswith(f"error: ours/{LIMIT}:")
    assert MOVED in said


def test_no_service_begins_by_it(config):
    create(load(config).database)
    move_the_limit(config)

    with pytest.raises(Refusal, match="a statutory limit is not changed"):
        build(load(config))


def test_what_was_in_force_stays_so_and_status_says_why(config, capsys):
    create(load(config).database)
    first = build(load(config))
    digest = first.editions.edition.digest
    first.close()
    move_the_limit(config)

    again = build(load(config))
    in_force = again.editions.edition.digest
    again.close()

    assert in_force == digest
    assert main(["status", "--config", str(config)]) == 1
    said = capsys.readouterr().out
    assert f"rules {digest}: since " in said
    (line,) = [
        one for one in said.splitlines() if MOVED in one and one.startswith("LOOK: rulebook: ours")
    ]
    assert LIMIT in line
