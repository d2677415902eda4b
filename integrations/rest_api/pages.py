"""The pages of one list, from the first to the last: one that has no end, or repeats itself, is refused."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from daemon.ports import Unreadable
from integrations.rest_api.config import Config, Query
from integrations.rest_api.paths import value
from integrations.rest_api.proof import Proof
from integrations.rest_api.wire import Said, Wire, followed, sentence

LINK = re.compile(r"<([^<>]*)>\s*((?:;[^,<]*)*)")
IS_NEXT = re.compile(r';\s*rel="?(?:[^";]*\s)?next(?:\s[^";]*)?"?\s*(?:;|$)', re.IGNORECASE)
CHARSET = re.compile(r';\s*charset="?([A-Za-z0-9_-]+)', re.IGNORECASE)
CHARSETS = frozenset({"utf-8", "utf8", "utf-16", "utf-32", "iso-8859-1", "latin1", "windows-1252"})
WHOLE_DIGITS = 18  # of a number that is read as one; longer ones stay words


@dataclass(frozen=True, slots=True)
class Told:
    """One page: what it holds, its rows, and its answer. `rows` None: nothing is new."""

    document: Any
    rows: list[Any] | None
    said: Said


class Pages:
    """Asks one source for its lists, proving who we are."""

    def __init__(self, config: Config, wire: Wire, proof: Proof) -> None:
        self.config, self.wire, self.proof = config, wire, proof
        self.patience_s: float | None = None  # what the last refusal asked for

    async def of(
        self, query: Query, more: Mapping[str, str], known: Mapping[str, str]
    ) -> AsyncIterator[Told]:
        """Yield the pages of a query; raises Unreadable for a list without an end.

        Args:
            more: parameters beside the query's own.
            known: headers by which an answer that we have already is not given again.
        """
        config, paging = self.config, self.config.paging
        parameters = {**query.parameters, **more}
        start = f"{config.url}/{query.path}".rstrip("/")
        if paging and paging.kind == "page_number":
            parameters[str(paging.parameter)] = str(paging.first)
        url, seen, marks = joined(start, parameters), set[str](), set[bytes]()
        for number in range(1, config.pages_most + 1):
            said = await self._asked(url, known if number == 1 else {})
            if said.status == HTTPStatus.NOT_MODIFIED and number == 1 and known:
                yield Told(None, None, said)
                return
            if said.status != HTTPStatus.OK:
                self.patience_s = said.patience_s
                raise Unreadable(sentence(said, url, config))
            document = parsed(said)
            rows = rows_of(query, document)
            yield Told(document, rows, said)
            seen.add(url)
            mark = sha256(said.body).digest()
            if mark in marks and rows:
                raise Unreadable(f"its page {number} is one that it gave before")
            marks.add(mark)
            following = self._next(url, start, parameters, said, document, rows, number)
            if following is None:
                return
            if following in seen:
                raise Unreadable(f"its pages go in circles after page {number}")
            url = following
            await asyncio.sleep(config.pause_s)
        raise Unreadable(f"it has more than {config.pages_most} pages; raise pages_most if it may")

    async def _asked(self, url: str, known: Mapping[str, str]) -> Said:
        """Return an answer; a token that is refused is asked for anew once."""
        said = await self.wire.ask("GET", url, {**await self.proof.headers(self.wire), **known})
        if said.status == HTTPStatus.UNAUTHORIZED and self.proof.is_renewed():
            said = await self.wire.ask("GET", url, {**await self.proof.headers(self.wire), **known})
        return said

    def _next(
        self,
        url: str,
        start: str,
        parameters: Mapping[str, str],
        said: Said,
        document: Any,
        rows: list[Any],
        number: int,
    ) -> str | None:
        """Return the address of the next page, None after the last; raises Unreadable."""
        paging = self.config.paging
        if paging is None:
            return None
        if paging.kind == "page_number":
            name = str(paging.parameter)
            return joined(start, {**parameters, name: str(paging.first + number)}) if rows else None
        if paging.kind == "link_header":
            links = LINK.findall(said.headers.get("link", ""))
            link = next((target for target, about in links if IS_NEXT.search(about)), None)
            return followed(url, link, self.config) if link else None
        try:
            found = value(str(paging.at), document)
        except ValueError:
            raise Unreadable("its way to the next page cannot be read") from None
        if found is None or found == "" or found is False:
            return None
        if paging.kind == "next_link":
            return followed(url, found, self.config)
        if not isinstance(found, str | int):
            raise Unreadable("its way to the next page cannot be read")
        return joined(start, {**parameters, str(paging.parameter): str(found)})


def joined(url: str, parameters: Mapping[str, str]) -> str:
    """Return an address with its parameters."""
    try:
        return f"{url}?{urlencode(parameters)}" if parameters else url
    except UnicodeEncodeError:
        raise Unreadable("its way to the next page cannot be read") from None


def parsed(said: Said) -> Any:
    """Return what an answer holds; raises Unreadable for anything but whole JSON."""
    named = CHARSET.search(said.headers.get("content-type", ""))
    charset = named[1].casefold() if named else None
    if charset is not None and charset not in CHARSETS:
        raise Unreadable("its answer is in a charset that we do not read; have it give UTF-8")
    is_marked = said.body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    is_own = charset is None or charset.startswith("utf") or is_marked
    try:
        text = said.body if is_own else said.body.decode(str(charset))
        return json.loads(text, parse_int=whole, parse_constant=str)
    except UnicodeDecodeError:
        raise Unreadable("its answer is not in the charset that it should be in") from None
    except RecursionError:
        raise Unreadable("its answer is nested too deep") from None
    except ValueError:
        if said.body.lstrip().startswith(b"<"):
            raise Unreadable("its answer is no JSON but a page, of a sign-in or an error") from None
        raise Unreadable("its answer is no JSON, or only a part of it") from None


def whole(digits: str) -> int | str:
    """Return a number; one that is longer than any that is counted with stays as it is written."""
    return int(digits) if len(digits) <= WHOLE_DIGITS else digits


def rows_of(query: Query, document: Any) -> list[Any]:
    """Return the rows of a page; raises Unreadable where no list stands where they should."""
    try:
        found = value(query.rows, document)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise Unreadable(f"there is no list of rows at {query.rows} in what {query.path} answers")
    return found
