"""Templates that could loop or grow, tried in a child process that is stopped where it does.

The sandbox keeps a template from reaching anything; it does not keep it from going on for ever.

Source: RELIABILITY T3.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from signal import ITIMER_PROF, SIGKILL, SIGPROF, SIGXCPU, setitimer

from daemon.rulebook.wording.templates import CUT, fill

CPU_S, WALL_S = 1, 60  # a sound template takes 0.01; a machine may be busy with something else
MEMORY_BYTES = 200_000_000
MOST_DEATHS = 8  # of children; what is left then waits until those are mended
READY = "ready"
# of our environment: it may hold passwords
KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Trial:
    """What a template made of each set of fields; or what is wrong with it, and how to mend it."""

    said: tuple[str, ...] = ()
    wrong: tuple[str, str] | None = None


def try_out(
    sources: Sequence[str], variants: Sequence[Mapping[str, object]], *,
    cpu_s: float = CPU_S, wall_s: int = WALL_S, memory_bytes: int = MEMORY_BYTES,
) -> list[Trial]:  # fmt: skip
    """Return how each template fares, in order. One that ends its child is told, and the rest go on.

    `cpu_s` is for each template, `wall_s` for all that one child is given.
    """
    trials: list[Trial] = []
    deaths = 0
    while len(trials) < len(sources):
        left = sources[len(trials) :]
        if deaths >= MOST_DEATHS:
            reason = ("not tried: too many others end their process", "mend those first")
            return trials + [Trial(wrong=reason)] * len(left)
        given = json.dumps(
            {
                "sources": left,
                "variants": variants,
                "cpu_s": cpu_s,
                "wall_s": wall_s,
                "bytes": memory_bytes,
            }
        )
        lines, died_of = _child(given, wall_s)
        if READY not in lines:
            reason = ("it could not be tried: no process was to be had", "try again")
            return trials + [Trial(wrong=reason)] * len(left)
        trials += [_told(line) for line in lines[lines.index(READY) + 1 :]]
        if len(trials) < len(sources):
            deaths += 1
            trials.append(Trial(wrong=(_reason(died_of, cpu_s), "take out what repeats")))
    return trials


def _child(given: str, wall_s: int) -> tuple[list[str], int]:
    """Return the whole lines that a child wrote, and how it ended."""
    package = str(Path(__file__).parents[3])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    words = [sys.executable, "-P", "-m", "daemon.rulebook.wording.trials"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and module
            words, input=given.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=wall_s, check=False, env={**kept, "PYTHONPATH": path},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        out, code = error.stdout or b"", -SIGKILL
    except OSError:
        return [], 0
    else:
        out, code = ended.stdout, ended.returncode
    whole, _, _ = out.decode("utf-8", "replace").rpartition("\n")
    return whole.split("\n"), code


def _told(line: str) -> Trial:
    told = json.loads(line)
    if "wrong" in told:
        return Trial(wrong=(told["wrong"], "make it simpler, with the fields that there are"))
    if any(said.endswith(CUT) for said in told["said"]):
        return Trial(wrong=("it makes more words than one message holds", "take out what repeats"))
    return Trial(said=tuple(told["said"]))


def _reason(code: int, cpu_s: float) -> str:
    if code in (-SIGPROF, -SIGXCPU, -SIGKILL):
        return f"its words are not made within {cpu_s} second{'' if cpu_s == 1 else 's'}"
    return "making its words ends the process"


def _answers(
    sources: Sequence[str], variants: Sequence[Mapping[str, object]], cpu_s: float
) -> Iterator[dict[str, object]]:
    """Yield the answer about each template; one that takes longer than `cpu_s` ends the process."""
    for source in sources:
        setitimer(ITIMER_PROF, cpu_s)
        try:
            yield {"said": [fill(source, fields) for fields in variants]}
        except MemoryError:
            yield {"wrong": "making its words takes too much memory"}
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            yield {"wrong": f"the words cannot be made ({type(error).__name__})"}


def main() -> None:
    """Try the templates of standard input, and write a line about each as soon as it is known."""
    given = json.load(sys.stdin)
    limits = {
        resource.RLIMIT_AS: given["bytes"],
        resource.RLIMIT_CPU: given["wall_s"],
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        with suppress(ValueError, OSError):  # a sandbox, or the system, may not let us
            resource.setrlimit(kind, (most, most))
    answers = _answers(given["sources"], given["variants"], given["cpu_s"])
    for line in chain((READY,), map(json.dumps, answers)):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
