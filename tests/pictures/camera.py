"""Takes all pictures of a run with one browser; where that falls silent, anew and once more, and says so."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Self, TypeVar

from tests.chromium import Browser, Page, Silent

Taken = TypeVar("Taken")
TRIES = 2


class Camera:
    """One browser with one tab, started with the first picture. Use it as a context manager."""

    def __init__(
        self,
        start: Callable[[], Browser] = Browser,
        say: Callable[[str], object] = sys.stderr.write,
    ) -> None:
        """Take what starts a browser, and where a picture that needed a second one is told of."""
        self.start, self.say = start, say
        self.stack = ExitStack()
        self.browser: Browser | None = None
        self.tab: Page | None = None

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the browser, where one was started."""
        self.stack.close()

    def take(self, name: str, draw: Callable[[Page], Taken], *, in_new_tab: bool = False) -> Taken:
        """Return what `draw` makes of the tab.

        A busy machine may starve a browser: once it has said nothing for its time, a new one draws the same again.
        What is wrong with the page itself is raised at once; RuntimeError with how to mend it where both were silent.
        """
        for number in range(1, TRIES + 1):
            try:
                return draw(self._page(anew=in_new_tab))
            except Silent as why:
                self._end()
                if number == TRIES:
                    mend = "see whether it runs on this machine, or give it longer: ANSWER_S in tests/chromium.py"
                    raise RuntimeError(f"{name}: {why}, {TRIES} times; {mend}") from why
                self.say(f"{name}: {why}; a new browser draws it once more\n")
        raise AssertionError(TRIES)

    def _page(self, *, anew: bool) -> Page:
        if self.browser is None:
            self.browser = self.stack.enter_context(self.start())
        if self.tab is None or anew:
            self.tab = self.stack.enter_context(self.browser.page())
        return self.tab

    def _end(self) -> None:
        self.browser = self.tab = None
        self.stack.close()
