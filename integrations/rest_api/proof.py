"""How we show who we are: a key from a private file, or a token that is kept until it ends."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlencode

from daemon.ports import Clock, Unreadable
from integrations.rest_api.config import Config, OAuth2
from integrations.rest_api.wire import Wire, sentence

EARLY = timedelta(seconds=60)  # a token is asked for anew before it ends
UNSAID_S, LONGEST_S = 300.0, 86_400.0
TOKEN_MOST_BYTES = 65_536


class Proof:
    """What stands in the headers of a request. One for all readings of a feed."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config, self.clock = config, clock
        self._token: tuple[str, datetime] | None = None

    async def headers(self, wire: Wire) -> Mapping[str, str]:
        """Return the headers that prove us; raises Unreadable."""
        if self.config.key:
            own = self.config.key
            return {own.header: f"{own.prefix} {secret(own.file)}".strip()}
        if self.config.oauth2:
            return {"Authorization": f"Bearer {await self._bearer(wire, self.config.oauth2)}"}
        return {}

    def is_renewed(self) -> bool:
        """Forget a token that was refused; return whether another one may be had."""
        had, self._token = self._token, None
        return had is not None

    async def _bearer(self, wire: Wire, own: OAuth2) -> str:
        now = self.clock()
        if self._token is not None and now < self._token[1]:
            return self._token[0]
        asked = {"grant_type": "client_credentials", "scope": own.scope, "audience": own.audience}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        name, word = own.client_id, secret(own.secret_file)
        if own.credentials == "body":
            asked |= {"client_id": name, "client_secret": word}
        else:
            pair = f"{quote(name, safe='')}:{quote(word, safe='')}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        content = urlencode({key: text for key, text in asked.items() if text}).encode()
        said = await wire.ask("POST", own.token_url, headers, content, TOKEN_MOST_BYTES)
        if said.status != HTTPStatus.OK:
            raise Unreadable(f"no token: {sentence(said, own.token_url, self.config)}")
        try:
            found = json.loads(said.body)
            token = found["access_token"]
            ends_in_s = min(float(found.get("expires_in") or UNSAID_S), LONGEST_S)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            token, ends_in_s = None, 0.0
        if not isinstance(token, str) or not is_header(token) or not ends_in_s > 0:
            raise Unreadable("no token: its answer holds none that can be used")
        lasts = timedelta(seconds=ends_in_s)
        self._token = (token, now + max(lasts - EARLY, lasts / 2))
        return token


def secret(file: Path) -> str:
    """Return what stands in a secret's file, read each time so that it can be changed; raises Unreadable."""
    try:
        found = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Unreadable("the file of our key is missing or may not be read") from None
    if not is_header(found):
        raise Unreadable("the file of our key holds no key; write it in one line, without spaces")
    return found


def is_header(text: str) -> bool:
    """Return whether a word can stand in a header."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
