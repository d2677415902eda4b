"""Every page leads to an accessibility statement: the authority's own, else what is known of these pages."""

import re
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from daemon import RELEASE
from daemon.metrics import Metrics
from daemon.settings.web import Web
from daemon.web import create, serve

OWN = "https://www.testshire.example/accessibility?of=daykeeper"
SAID = (Path(__file__).parents[2] / "docs" / "accessibility-statement.md").read_text("utf-8")
PAGES = ("/item/nothing", "/nowhere", "/accessibility")


def led_to(page: httpx.Response) -> list[str]:
    """Return where the footer of a page leads."""
    return re.findall(r'href="([^"]+)"', page.text.partition("<footer>")[2])


def test_every_page_leads_to_what_is_known_of_it_and_nobody_needs_an_account(door, promise):
    for place in (promise, *PAGES):
        assert led_to(door.browser.get(place)) == ["/accessibility"]

    page = door.browser.get("/accessibility")

    assert page.status_code == 200
    assert f"release {RELEASE}" in page.text
    assert "open that link again to go back" in page.text
    assert 'href="/"' not in page.text  # where nobody can sign in, that page would lead nowhere
    assert "Testshire answers for this service, and has not named its own" in page.text


def test_the_page_hides_no_gap_that_the_statement_to_fill_in_names(door):
    gaps = re.findall(r"\| (\d\.\d\.\d+) ([\w ,]+) \|", SAID)

    page = door.browser.get("/accessibility").text

    assert len(gaps) == 3
    assert [
        f"{number} {name}" for number, name in gaps if f"{number}, {name.lower()}" not in page
    ] == []
    assert "partially compliant" in page
    assert "partially compliant" in SAID


def test_every_page_leads_to_the_authoritys_own_where_it_names_one(world):
    web = Web(accessibility_statement=OWN)
    app = create(world.line, world.store, world.clock, Metrics(), list, title="Testshire", web=web)
    with serve(app, "127.0.0.1", 0) as served, httpx.Client(base_url=served.address) as browser:
        pages = [browser.get(place) for place in PAGES]

    assert [led_to(page) for page in pages] == [[OWN]] * len(PAGES)
    assert f'<a href="{OWN}">accessibility statement</a>' in pages[-1].text


@pytest.mark.parametrize("address", ["/our/page", "javascript:alert(1)", "https://me@x.example/"])
def test_what_is_no_address_of_a_page_is_refused(address):
    with pytest.raises(ValidationError, match="this is no address of a page; write it as"):
        Web(accessibility_statement=address)
