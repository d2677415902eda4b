"""One call of the monitor outside: that it was called is all that it is told."""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import urlsplit

from daemon.domain.errors import Refusal
from daemon.option_parts import tls
from daemon.settings.audit import Heartbeat

AGENT = {
    "User-Agent": "Daykeeper",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
OK = range(200, 300)


def call(monitor: Heartbeat) -> str:
    """Return why the monitor did not take the call, in plain words; empty where it did.

    One GET without a word of ours. No redirect is followed, no answer is read, and it never lasts
    longer than `timeout_s`, however slowly the other side speaks.
    """
    try:
        url = urlsplit(monitor.url())
    except Refusal as refusal:
        return f"{monitor.url_file.name}: {refusal.problems[0].what}"
    try:
        connection = _connection(monitor, url.scheme, url.hostname or "", url.port)
    except OSError:  # one of ssl's, too
        return "ca_file holds no certificate that can be read"
    cutting = Timer(monitor.timeout_s, _cut, (connection,))
    cutting.daemon = True
    cutting.start()
    try:
        path = f"{url.path or '/'}{'?' if url.query else ''}{url.query}"
        connection.request("GET", path, headers=AGENT)
        status = connection.getresponse().status
    except ssl.SSLCertVerificationError:
        return f"the certificate of {monitor.host} is not trusted"
    # AttributeError: the answer was cut off while the library read it
    except (OSError, HTTPException, UnicodeError, ValueError, AttributeError):
        return (
            f"{monitor.host} does not answer within {monitor.timeout_s:g} seconds, or not in HTTP"
        )
    finally:
        cutting.cancel()
        connection.close()
    return "" if status in OK else f"{monitor.host} answers {status}"


def _connection(monitor: Heartbeat, scheme: str, host: str, port: int | None) -> HTTPConnection:
    """Return a connection that is not open yet, through the proxy where one is named."""
    context = None
    if scheme == "https":
        context = tls(monitor.ca_file)
    proxy = urlsplit(monitor.proxy) if monitor.proxy else None
    to, at = (proxy.hostname or "", proxy.port) if proxy else (host, port)
    made = (
        HTTPSConnection(to, at, timeout=monitor.timeout_s, context=context)
        if context
        else HTTPConnection(to, at, timeout=monitor.timeout_s)
    )
    if proxy:
        made.set_tunnel(host, port)
    return made


def _cut(connection: HTTPConnection) -> None:
    """End a call that has lasted too long: whoever waits for it is woken."""
    if connection.sock is not None:
        try:
            connection.sock.shutdown(2)
        except OSError:
            connection.close()
