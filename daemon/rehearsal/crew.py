"""Work spread over processes: each is handed a part, answers, and is handed the next."""

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import TypeVar, cast

from daemon.domain.errors import Problem, Refusal

SELDOM = 100_000  # objects made between two looks for garbage

Part = TypeVar("Part")
Answer = TypeVar("Answer")


def spread(
    parts: Iterable[Part], work: Callable[[Part], Answer], processes: int
) -> Iterator[Answer]:
    """Yield the answer of each part, in the order in which they come; raises Refusal where a process is lost.

    A part is taken only when somebody is free for it, so that memory does not grow with their number.
    """
    if processes == 1:
        yield from map(work, parts)
        return
    crew: dict[Connection, ForkProcess] = {}
    try:
        with _uninterrupted():
            for _ in range(processes):
                pipe, process = _start(work, list(crew))
                crew[pipe] = process
        yield from _hand_out(iter(parts), list(crew))
    finally:
        for pipe, process in crew.items():
            pipe.close()
            process.terminate()
            process.join()


def _start(
    work: Callable[[Part], Answer], others: list[Connection]
) -> tuple[Connection, ForkProcess]:
    fork = get_context("fork")  # what a compiled rulebook is made of cannot be sent, only inherited
    ours, theirs = fork.Pipe()
    process = fork.Process(target=_serve, args=(theirs, [*others, ours], work), daemon=True)
    process.start()
    theirs.close()
    return ours, process


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Have an interrupt wait until nobody is half begun; what is begun meanwhile never hears of one."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _hand_out(parts: Iterator[Part], crew: list[Connection]) -> Iterator[Answer]:
    busy = [pipe for pipe in crew if _hand(parts, pipe)]
    while busy:
        for pipe in cast("list[Connection]", wait(busy)):
            try:
                answer = pipe.recv()
            except (EOFError, ConnectionError):
                what, mend = "a process of it was ended", "try again, with fewer --processes"
                raise Refusal(Problem("rehearse", what, mend)) from None
            if not _hand(parts, pipe):
                busy.remove(pipe)
            yield answer


def _hand(parts: Iterator[Part], pipe: Connection) -> bool:
    for part in parts:
        pipe.send(part)
        return True
    return False


def _serve(pipe: Connection, others: list[Connection], work: Callable[[Part], Answer]) -> None:
    for other in others:
        other.close()
    gc.freeze()  # the rulebook is never garbage, and little of a case holds itself
    gc.set_threshold(SELDOM)
    while True:
        try:
            part = pipe.recv()
        except (EOFError, ConnectionError):
            os._exit(0)
        pipe.send(work(part))
