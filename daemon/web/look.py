"""How pages look, and the headers that let nothing in from elsewhere and nothing leak out."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DOORS, CONSOLE = "daemon.web", "daemon.web.console"
STATEMENT = "/accessibility"  # what is known of our own pages
REPORT = "daemon.report"  # its figures look the same here as on its own page
HEADERS = MappingProxyType(
    {
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
        "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    }
)


class Guarded:
    """Gives every answer the safe headers that it does not set for itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with its headers."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, guarded)


@dataclass(frozen=True, slots=True)
class Look:
    """Templates with the style sheets that stand inside the pages; `policy` allows these and no more.

    `more_style` is for whoever has signed in, and for the demo: what a link opens needs little, and says little.
    """

    title: str
    environment: Environment
    style: Markup
    more_style: Markup
    policy: str
    statement: str

    @classmethod
    def of(
        cls, title: str, packages: Sequence[str] = (), more_policy: str = "", statement: str = STATEMENT
    ) -> "Look":  # fmt: skip
        """Return the look of an authority's pages.

        Each of `packages` adds templates and a `style.css` to our own, and may replace a template.
        `more_policy` is added to the content security policy. `statement` is where every page's footer leads.
        """
        every = (*packages, CONSOLE, DOORS)
        style, *others = [_sheet(name) for name in reversed(every)]
        more = "".join(others)
        return cls(
            title,
            Environment(
                loader=ChoiceLoader([PackageLoader(name) for name in (*every, REPORT)]),
                undefined=StrictUndefined,
                autoescape=True,
                trim_blocks=True,
                lstrip_blocks=True,
            ),
            Markup(style),  # noqa: S704 - our own files
            Markup(more),  # noqa: S704
            f"default-src 'none'; style-src {_digest(style)} {_digest(more)}; base-uri 'none'; form-action 'self'; "
            f"frame-ancestors 'none'{more_policy}",
            statement,
        )

    def page(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """Return a page; what it says comes from `values` and is escaped."""
        text = self.environment.get_template(template).render(
            authority=self.title, style=self.style, more_style=self.more_style, statement=self.statement, **values
        )  # fmt: skip
        return HTMLResponse(text, status, {**HEADERS, "Content-Security-Policy": self.policy})

    def words(
        self, status: int, heading: str, *paragraphs: str, has_first: bool = False
    ) -> HTMLResponse:
        """Return a page that only says something; `has_first`: it leads to the first page."""
        return self.page(
            "words.html.j2", status, heading=heading, paragraphs=paragraphs, again="", has_first=has_first
        )  # fmt: skip


def _sheet(package: str) -> str:
    return files(package).joinpath("style.css").read_text("utf-8")


def _digest(sheet: str) -> str:
    return f"'sha256-{b64encode(sha256(sheet.encode()).digest()).decode()}'"
