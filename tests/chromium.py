"""A real browser without a window, spoken to over its debugging pipe: how a page looks and how wide it is."""

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from select import select
from time import monotonic
from typing import Any, Self

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb", "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a page of ours needs nobody else
)  # fmt: skip
ANSWER_S = 120.0  # on a machine that does much else a large picture alone has taken longer than 30
CLOSE_S = 10.0
TALLEST = 16_000  # CSS pixels of one picture: of a taller one a browser without a window leaves the end empty
LOADED = """new Promise(loaded => document.readyState === "complete"
    ? loaded(true) : addEventListener("load", () => loaded(true)))"""


class Refused(RuntimeError):
    """The browser has answered that it cannot."""


class Silent(RuntimeError):
    """The browser has said nothing for its time, or has ended: nothing is known of the page."""


def program() -> str | None:
    """Return the browser of this machine; None where there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@dataclass(slots=True)
class Page:
    """One tab."""

    ask: Callable[..., Any]
    frame: str

    def show(self, html: str, *, width: int, dark: bool = False) -> None:
        """Put a page into the tab: `width` CSS pixels wide, in the light or in the dark."""
        self._look(width, dark=dark)
        self.ask("Page.setDocumentContent", frameId=self.frame, html=html)

    def open(self, url: str, *, width: int, dark: bool = False) -> None:
        """Open an address, a file's or one on this machine; return once it has loaded. Raises RuntimeError."""
        self._look(width, dark=dark)
        went = self.ask("Page.navigate", url=url)
        if "errorText" in went:
            raise RuntimeError(f"{url}: {went['errorText']}")
        self.value(LOADED)

    def _look(self, width: int, *, dark: bool) -> None:
        size = {"width": width, "height": 120, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])

    def value(self, script: str, within_s: float | None = None) -> Any:
        """Return what a line of script is, in the page."""
        words = {"expression": script, "returnByValue": True, "awaitPromise": True}
        found = self.ask("Runtime.evaluate", within_s=within_s, **words)
        return found["result"].get("value")

    def picture(self) -> bytes:
        """Return the whole page as a PNG; raises ValueError where it is too tall for one."""
        first, *more = self.pictures()
        if more:
            raise ValueError(f"the page is taller than {TALLEST} pixels; take its pictures()")
        return first

    def pictures(self) -> Iterator[bytes]:
        """Yield the page as PNGs from its top to its end, each at most `TALLEST` CSS pixels high."""
        whole = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        for top in range(0, max(1, whole["height"]), TALLEST):
            high = min(TALLEST, whole["height"] - top)
            clip = {"x": 0, "y": top, "width": whole["width"], "height": high, "scale": 1}
            taken = self.ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
            yield base64.b64decode(taken["data"])


class Browser:
    """One process. Use it as a context manager."""

    def __init__(self, found: str | None = None, answer_s: float = ANSWER_S) -> None:
        """Take the browser of this machine, or one by its path; raises FileNotFoundError where there is none."""
        found = found or program()
        if found is None:
            raise FileNotFoundError("no Chromium: install the package chromium")
        self.program, self.numbers, self.rest = found, count(1), b""
        self.answer_s = answer_s

    def __enter__(self) -> Self:
        """Start."""
        self.folder = Path(tempfile.mkdtemp(prefix="daykeeper-chromium-"))
        theirs_in, self.to = os.pipe()
        self.back, theirs_out = os.pipe()
        script = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self.process = subprocess.Popen(
            ["bash", "-c", script, "bash", self.program, *OPTIONS, f"--user-data-dir={self.folder}"],
            pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        return self

    def __exit__(self, *_: object) -> None:
        """End it, and leave nothing."""
        try:
            self.ask("Browser.close", within_s=min(CLOSE_S, self.answer_s))
        except (OSError, RuntimeError):  # whoever hears nothing does not end by being asked
            self.process.kill()
        try:
            self.process.wait(CLOSE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.to)
        os.close(self.back)
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def page(self) -> Iterator[Page]:
        """Yield a tab."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

        def ask(method: str, **words: Any) -> Any:
            return self.ask(method, session=session, **words)

        frame = ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        yield Page(ask, frame)
        with contextlib.suppress(Silent):  # it is gone with its browser
            self.ask("Target.closeTarget", within_s=min(CLOSE_S, self.answer_s), targetId=target)

    def ask(
        self, method: str, session: str | None = None, within_s: float | None = None, **words: Any
    ) -> Any:
        """Return the browser's answer; raises Refused, or Silent where there is none."""
        within_s = self.answer_s if within_s is None else within_s
        number = next(self.numbers)
        said = {"id": number, "method": method, "params": words}
        if session:
            said["sessionId"] = session
        try:
            os.write(self.to, json.dumps(said).encode() + b"\0")
        except BrokenPipeError:
            raise Silent(f"the browser has ended before {method}") from None
        until = monotonic() + within_s
        while True:
            answer = self._next(until)
            if answer is None:
                raise Silent(f"the browser has said nothing to {method} for {within_s:g} s")
            if answer.get("id") == number:
                if "error" in answer:
                    raise Refused(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def _next(self, until: float) -> Any:
        while b"\0" not in self.rest:
            ready, _, _ = select([self.back], [], [], max(0.0, until - monotonic()))
            if not ready:
                return None
            piece = os.read(self.back, 1 << 20)
            if not piece:
                raise Silent("the browser has ended")
            self.rest += piece
        one, _, self.rest = self.rest.partition(b"\0")
        return json.loads(one)
