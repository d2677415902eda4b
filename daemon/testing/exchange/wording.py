"""What goes over the wire: the names, the published schemas, and the frames around an answer."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
M = "http://schemas.microsoft.com/exchange/services/2006/messages"
T = "http://schemas.microsoft.com/exchange/services/2006/types"
E = "http://schemas.microsoft.com/exchange/services/2006/errors"
NAMES = {"s": SOAP, "m": M, "t": T}
SCHEMA = Path(__file__).parent / "schema" / "ews-all.xsd"
SUBSCRIPTION = (15, 2, 2562)  # the build of Exchange Server Subscription Edition
# What an answer must hold even where it holds nothing.
REST = dict.fromkeys(("CreateItem", "UpdateItem", "GetItem"), "<m:Items/>") | {
    "SyncFolderItems": "<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>"
}


@cache
def schema() -> Any:
    """Return the published schemas of requests and answers, compiled once."""
    return etree.XMLSchema(file=str(SCHEMA))


def mistakes(body: Any) -> list[str]:
    """Return what the schemas have against a request or an answer."""
    found = schema()
    alone = etree.fromstring(etree.tostring(body))
    return [] if found.validate(alone) else [str(one) for one in found.error_log]


def parse(raw: bytes) -> Any:
    """Return the element; no entity is ever looked up."""
    return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))


def name(element: Any) -> str:
    """Return an element's name without its namespace."""
    return str(etree.QName(element).localname)


def enveloped(inner: str, build: tuple[int, int, int] = SUBSCRIPTION) -> bytes:
    """Return a SOAP envelope around an answer of a server of that build."""
    version = (
        f'MajorVersion="{build[0]}" MinorVersion="{build[1]}" MajorBuildNumber="{build[2]}" '
        'MinorBuildNumber="17" Version="V2017_07_11"'
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}"><s:Header>'
        f'<t:ServerVersionInfo xmlns:t="{T}" {version}/></s:Header>'
        f'<s:Body xmlns:m="{M}" xmlns:t="{T}">{inner}</s:Body></s:Envelope>'
    ).encode()


def succeeded(operation: str, parts: Iterable[str]) -> str:
    """Return an answer with one good message for each part."""
    said = "".join(
        f'<m:{operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>'
        f"{part}</m:{operation}ResponseMessage>"
        for part in parts
    )
    return f"<m:{operation}Response><m:ResponseMessages>{said}</m:ResponseMessages></m:{operation}Response>"


def failed(operation: str, code: str) -> str:
    """Return an answer with one error in it, which comes with status 200."""
    rest = REST.get(operation, "")
    return (
        f"<m:{operation}Response><m:ResponseMessages>"
        f'<m:{operation}ResponseMessage ResponseClass="Error"><m:MessageText>It cannot be done.</m:MessageText>'
        f"<m:ResponseCode>{code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>{rest}"
        f"</m:{operation}ResponseMessage></m:ResponseMessages></m:{operation}Response>"
    )


def fault(code: str, back_off_ms: int | None = None) -> str:
    """Return a SOAP fault, which comes with status 500."""
    wait = (
        ""
        if back_off_ms is None
        else f'<t:Value Name="BackOffMilliseconds">{back_off_ms}</t:Value>'
    )
    return (
        f'<s:Fault xmlns:s="{SOAP}"><faultcode>s:Server</faultcode><faultstring>{code}</faultstring><detail>'
        f'<e:ResponseCode xmlns:e="{E}">{code}</e:ResponseCode><e:Message xmlns:e="{E}">It cannot be done.</e:Message>'
        f"<t:MessageXml>{wait}</t:MessageXml></detail></s:Fault>"
    )
