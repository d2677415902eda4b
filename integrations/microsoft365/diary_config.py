"""What the diary of microsoft365 must be told: which site, and which list or workbook is which sheet."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self
from urllib.parse import quote, unquote, urlsplit

from pydantic import AfterValidator, Field, model_validator

from daemon.domain.secret import is_loopback
from daemon.sheets.columns import TITLES, Name
from daemon.sheets.config import FiledConfig, SheetConfig
from integrations.microsoft365.config import Connection

CLOUDS = ("sharepoint.com", "sharepoint.us", "sharepoint-mil.us", "sharepoint.cn")
SITE = re.compile(r"(/(?:sites|teams|personal)/[^/\\:*?\"<>|#%]{1,250})?")
ITEM = re.compile(r"01[A-Z2-7]{32}")  # the id of a file; a path has an ending
BOOKS = (".xlsx", ".xlsm")


def site_address(text: str) -> str:
    """Return the address of a site of Microsoft's, without a slash at its end; raises ValueError."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme != "https" or parts.query or parts.fragment or parts.username:
        raise ValueError("give the site's own address, as https://NAME.sharepoint.com/sites/SITE")
    if not SITE.fullmatch(unquote(parts.path).rstrip("/")):
        raise ValueError("this leads into a site; give its own address, up to /sites/SITE")
    if not is_loopback(host) and not host.endswith(tuple(f".{one}" for one in CLOUDS)):
        raise ValueError(f"that host is none of SharePoint's; it ends in {', '.join(CLOUDS)}")
    return text.rstrip("/")


def workbook(text: str | None) -> str | None:
    """Return a workbook's path below its library, or its id; raises ValueError."""
    if text is None or ITEM.fullmatch(text):
        return text
    parts = text.split("/")
    if not text.casefold().endswith(BOOKS) or any(one in ("", ".", "..") for one in parts):
        raise ValueError("give its path below the library, as Conferences/Diary.xlsx, or its id")
    return text


Workbook = Annotated[str | None, AfterValidator(workbook)]


class Place(SheetConfig):
    """One sheet: the `list` in which it stands, by title or id, or the `tab` of a workbook; "" to switch it off.

    `workbook` where it stands in another one than the rest.
    """

    list: str | None = None
    tab: str | None = None
    workbook: Workbook = None

    @model_validator(mode="after")
    def _stands_in_one_place(self) -> Self:
        if self.list is not None and (self.tab is not None or self.workbook):
            raise ValueError("it stands in a list or in a workbook; give `list`, or `tab`")
        return self


class OnlineDiaryConfig(Connection, FiledConfig):
    """Options of a diary in SharePoint or OneDrive. `site` is the address of the site as a browser shows it.

    `workbook` is a path below the `document_library`, or the file's id. What lists hold is asked for anew every
    `whole_every_min`, and between that what has changed. A whole reading ends after `reads_for_s`.
    """

    site: Annotated[str, AfterValidator(site_address)]
    document_library: str | None = None
    workbook: Workbook = None
    sheets: Mapping[Name, Place] = Field(default_factory=dict)
    as_known: Literal["file", "read"] = "read"
    whole_every_min: int = Field(default=60, ge=5, le=24 * 60)
    reads_for_s: float = Field(default=120, gt=0, le=600)

    @property
    def site_path(self) -> str:
        """How Graph is asked for the site."""
        parts = urlsplit(self.site)
        path = unquote(parts.path).rstrip("/")
        return f"/sites/{parts.hostname}" + (f":{quote(path)}" if path else "")

    @property
    def lists(self) -> Mapping[str, Sequence[Name]]:
        """The lists that are read, each with the sheets that stand in it."""
        found: dict[str, list[Name]] = {}
        for name, place in self.sheets.items():
            if place.list:
                found.setdefault(place.list, []).append(name)
        return found

    def place(self, name: Name) -> Place:
        """Return what is set for a sheet."""
        return self.sheets.get(name, Place())

    def file_of(self, name: Name) -> str:
        """Return the list or workbook in which a sheet stands, "" where it is switched off."""
        place = self.place(name)
        if place.list is not None:
            return place.list
        return "" if place.tab == "" else place.workbook or self.workbook or ""

    def titles(self, name: Name) -> Sequence[str]:
        """Return what the sheet may be called in its workbook."""
        tab = self.place(name).tab
        return [tab] if tab else [name, *TITLES[name].split(", ")]


def shown_name(file: str) -> str:
    """Return how people know a list or workbook."""
    return PurePosixPath(file).name
