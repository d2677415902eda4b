"""What the settings of a diary in Microsoft 365 may say."""

import pytest
from pydantic import ValidationError

from integrations.microsoft365.diary_config import OnlineDiaryConfig

GIVEN = {
    "tenant": "council.example", "client_id": "2222", "workbook": "CP/Diary.xlsx",
    "site": "https://council.sharepoint.com/sites/Safeguarding",
}  # fmt: skip
ID = "01ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@pytest.fixture
def given(tmp_path):
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    return {**GIVEN, "secret_file": secret}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({"site": "https://evil.example/sites/A"}, "none of SharePoint's", id="another host"),
        pytest.param({"site": "https://evilsharepoint.com/sites/A"}, "none of SharePoint's", id="alike"),
        pytest.param({"site": "http://council.sharepoint.com/sites/A"}, "own address", id="in clear"),
        pytest.param({"site": "https://a@council.sharepoint.com"}, "own address", id="a name in it"),
        pytest.param({"site": "https://council.sharepoint.com:x/"}, "own address", id="no port"),
        pytest.param(
            {"site": f"{GIVEN['site']}/Lists/Diary/AllItems.aspx"}, "up to /sites/SITE", id="a page of it"
        ),
        pytest.param({"site": f"{GIVEN['site']}/../HR"}, "up to /sites/SITE", id="another way round"),
        pytest.param({"workbook": "Diary"}, "below the library", id="no workbook"),
        pytest.param({"workbook": "../Diary.xlsx"}, "below the library", id="out of the library"),
        pytest.param({"workbook": None}, "cannot do without it", id="nowhere"),
        pytest.param({"sheets": {"conference": {"tab": ""}}}, "cannot do without it", id="switched off"),
        pytest.param(
            {"sheets": {"conference": {"list": "A", "tab": "B"}}}, "in a list or in a workbook", id="twice"
        ),
        pytest.param({"sheets": {"conference": {"columns": {"vnue": "x"}}}}, "mean", id="misspelt"),
        pytest.param({"folder": "diary"}, "Extra inputs", id="an option of a folder's"),
        pytest.param({"whole_every_min": 0}, "greater than or equal", id="always anew"),
    ],
)  # fmt: skip
def test_what_leads_elsewhere_or_nowhere_is_refused(given, options, said):
    with pytest.raises(ValidationError, match=said):
        OnlineDiaryConfig(**{**given, **options})


@pytest.mark.parametrize(
    ("site", "path"),
    [
        pytest.param(GIVEN["site"], "/sites/council.sharepoint.com:/sites/Safeguarding", id="a site"),
        pytest.param(
            "https://council.sharepoint.com/teams/CP%20Admin/",
            "/sites/council.sharepoint.com:/teams/CP%20Admin", id="a team, with a space",
        ),
        pytest.param(
            "https://council-my.sharepoint.com/personal/ann_council_example",
            "/sites/council-my.sharepoint.com:/personal/ann_council_example", id="a OneDrive",
        ),
        pytest.param("https://council.sharepoint.us", "/sites/council.sharepoint.us", id="the root"),
    ],
)  # fmt: skip
def test_a_site_is_asked_for_by_the_address_that_a_browser_shows(given, site, path):
    assert OnlineDiaryConfig(**{**given, "site": site}).site_path == path


def test_each_sheet_stands_where_the_settings_say(given):
    sheets = {
        "conference": {"list": "Conference diary"}, "report": {"list": "Conference diary"},
        "invitee": {"workbook": ID}, "case": {"tab": ""}, "milestone": {"list": ""},
    }  # fmt: skip

    config = OnlineDiaryConfig(**{**given, "sheets": sheets})

    assert config.lists == {"Conference diary": ["conference", "report"]}
    assert [config.file_of(name) for name in ("invitee", "case", "milestone", "core_group")] == [
        ID, "", "", "CP/Diary.xlsx",
    ]  # fmt: skip
