"""A shell completes the words of a command: typed into a real bash, zsh and fish."""

import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from daemon.cli import main
from daemon.cli.main import VERBS, parser
from tests.deploy.tools import ask, tool

ANSWER_S = 30.0
BEGINNINGS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
READY = {  # the prompt's word is put together by the shell alone: what is typed is shown, too
    "bash": "source {file}; bind 'set bell-style none'; PS1=REA'DY '\n",
    "zsh": "fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D; PS1=REA'DY '\n",
}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the script of each shell, under the name that it looks for."""
    folder = tmp_path_factory.mktemp("completion")
    for shell, name in (("bash", "daykeeper"), ("zsh", "_daykeeper"), ("fish", "daykeeper.fish")):
        command = [sys.executable, "-m", "daemon.cli", "completion", shell]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        (folder / name).write_text(said)
    (folder / "settings").mkdir()
    (folder / "settings" / "potterby.toml").touch()
    return folder


class Terminal:
    """A shell at a terminal."""

    def __init__(self, master: int) -> None:
        self.master, self.seen = master, ""

    def type(self, text: str, until: str) -> str:
        """Type, and return what is shown up to and with those words; raises TimeoutError with what was."""
        os.write(self.master, text.encode())
        end, begun = monotonic() + ANSWER_S, len(self.seen)
        while until not in self.seen[begun:]:
            if not select.select([self.master], [], [], max(0.0, end - monotonic()))[0]:
                raise TimeoutError(self.seen[begun:])
            self.seen += os.read(self.master, 4096).decode(errors="replace")
        return self.seen[begun:]


@contextmanager
def terminal(shell: str, scripts: Path) -> Iterator[Terminal]:
    """Return a shell that knows how daykeeper is completed."""
    tool(shell)
    master, slave = pty.openpty()
    process = subprocess.Popen(
        BEGINNINGS[shell], stdin=slave, stdout=slave, stderr=slave, cwd=scripts, start_new_session=True,
        env={**os.environ, "TERM": "dumb", "PS1": "$ ", "HOME": str(scripts), "COLUMNS": "200"},
    )  # fmt: skip
    os.close(slave)
    try:
        one = Terminal(master)
        ready = READY[shell].format(file=scripts / "daykeeper", folder=scripts)
        one.type(ready, "READY ")
        yield one
    finally:
        process.kill()
        process.wait()
        os.close(master)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        pytest.param("daykeeper pau\t", "daykeeper pause", id="a verb"),
        pytest.param("daykeeper journal ver\t", "daykeeper journal verify", id="a verb's own"),
        pytest.param(
            "daykeeper release ref\t", "daykeeper release refused", id="one of a few words"
        ),
        pytest.param("daykeeper worker --thr\t", "daykeeper worker --threads", id="an option"),
        pytest.param(
            "daykeeper run --config settings/pot\t", "settings/potterby.toml", id="a file"
        ),
    ],
)
def test_what_is_begun_is_ended(shell, typed, shown, scripts):
    with terminal(shell, scripts) as one:
        said = one.type(typed, shown)

    assert shown in said


def test_fish_offers_verbs_options_and_words(scripts):
    def offered(line: str) -> set[str]:
        said = ask(
            "fish", "--no-config", "-c", f"source {scripts}/daykeeper.fish; complete -C '{line}'"
        )
        assert said.returncode == 0, said.stderr
        return {one.partition("\t")[0] for one in said.stdout.splitlines()}

    assert offered("daykeeper pau") == {"pause"}
    assert offered("daykeeper release ref") == {"refused"}
    assert "--threads" in offered("daykeeper worker --thr")
    assert any(
        one.endswith("potterby.toml")
        for one in offered(f"daykeeper run --config {scripts}/settings/pot")
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_verb_stands_in_the_script(shell, capsys):
    main(["completion", shell])

    said = capsys.readouterr().out
    verbs = parser()._subparsers._group_actions[0].choices
    assert len(verbs) == len(VERBS)
    assert [verb for verb in verbs if verb not in said] == []


def test_a_shell_that_is_none_of_these_is_said_so(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["completion", "tcsh"])

    assert ended.value.code == 2
    assert "bash" in capsys.readouterr().err
