"""What the settings of Teams refuse, in one line that says how to mend it and shows no secret."""

from pathlib import Path

import pytest

from daemon import plugins
from daemon.domain.errors import Refusal
from daemon.domain.teams import parse_teams_address
from daemon.testing.teams.server import APP, TENANT
from integrations.teams.config import Config
from tests.integrations.teams.conftest import NOW

NO_WORKFLOW = "this is no address of a workflow"
FLOW = (
    "https://x1.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/9"
    "/triggers/manual/paths/invoke?api-version=1&sig=s3cr3t"
)


def told(folder: Path, workflows: str | None = f'north = "{FLOW}"', **options) -> list[str]:
    """Return what is wrong with the options of a channel, none where nothing is."""
    if workflows is not None:
        file = folder / "teams.workflows"
        file.write_text(workflows)
        file.chmod(0o600)
        options = {"workflows_file": "teams.workflows", **options}
    try:
        plugins.load(
            "teams", "channel", options, base=folder, clock=lambda: NOW, where="channels.teams"
        )
    except Refusal as refusal:
        return [str(one).removeprefix("channels.teams.options") for one in refusal.problems]
    return []


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(FLOW, id="Power Automate"),
        pytest.param("https://prod-04.uksouth.logic.azure.com:443/w/1?sig=s3cr3t", id="Logic Apps"),
        pytest.param("http://127.0.0.1:9/x?sig=s3cr3t", id="a stand-in on this machine"),
    ],
)
def test_a_workflow_on_the_right_host_is_taken(tmp_path, address):
    assert told(tmp_path, f'north = "{address}"') == []


@pytest.mark.parametrize(
    ("address", "what"),
    [
        pytest.param("https://evil.example/x?sig=s3cr3t", NO_WORKFLOW, id="another host"),
        pytest.param("https://evil.example/.logic.azure.com?sig=s3cr3t", NO_WORKFLOW, id="the name in its path"),
        pytest.param("https://logic.azure.com.evil.example/?sig=s3cr3t", NO_WORKFLOW, id="the name in front"),
        pytest.param("https://evillogic.azure.com/?sig=s3cr3t", NO_WORKFLOW, id="a name that ends alike"),
        pytest.param("https://u:p@a.logic.azure.com/?sig=s3cr3t", "this has a login or a fragment", id="a login"),
        pytest.param("http://a.logic.azure.com/?sig=s3cr3t", "this is no https:// address", id="in clear"),
        pytest.param("https://c.webhook.office.com/webhookb2/1", "connectors ended in May 2026", id="a connector"),
        pytest.param("https://a.logic.azure.com/wörk?sig=s3cr3t", "this has a character in it", id="an accent"),
        pytest.param("https://a.logic.azure.com/a b?sig=s3cr3t", "this has a character in it", id="a space"),
        pytest.param("https://a.logic.azure.com/?sv=1.0", "its signature is missing", id="no signature"),
    ],
)  # fmt: skip
def test_any_other_address_is_refused_by_its_name_alone(tmp_path, address, what):
    (problem,) = told(tmp_path, f'north = "{address}"')

    assert problem.startswith(f".workflows_file.north: {what}")
    assert "s3cr3t" not in problem
    assert "evil" not in problem


@pytest.mark.parametrize("key", ["chat_id", "team_id", "channel_id", "service_account"])
def test_messages_in_the_applications_own_name_are_refused_with_the_reason(tmp_path, key):
    (problem,) = told(tmp_path, **{key: "19:abc"})

    assert f"{key}: Microsoft lets an application write into no chat or channel" in problem
    assert problem.endswith("use a workflow or the bot")


@pytest.mark.parametrize(
    ("workflows", "what"),
    [
        pytest.param("north = ", "this cannot be read as TOML", id="no TOML"),
        pytest.param(f'"../x" = "{FLOW}"', "this is no name", id="a name that is a path"),
        pytest.param("", "it reaches nobody", id="nothing in it"),
    ],
)
def test_a_file_of_workflows_that_is_none_is_refused(tmp_path, workflows, what):
    assert any(what in problem for problem in told(tmp_path, workflows))


def test_a_file_of_workflows_that_others_may_read_is_refused(tmp_path):
    file = tmp_path / "open.workflows"
    file.write_text(f'north = "{FLOW}"')
    file.chmod(0o644)

    (problem,) = told(tmp_path, None, workflows_file="open.workflows")

    assert "others may read this file" in problem


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        pytest.param({"service": "https://evil.example"}, "this is another host", id="service"),
        pytest.param({"login": "https://evil.example"}, "this is another host", id="login"),
        pytest.param({"tenant": "council.example"}, "cannot be used", id="a tenant by its name"),
        pytest.param({"secret_file": "none"}, "there is no such file", id="no secret"),
    ],
)
def test_a_bot_speaks_to_microsoft_alone(tmp_path, changes, what):
    secret = tmp_path / "bot.secret"
    secret.write_text("s3cr3t")
    secret.chmod(0o600)
    bot = {"tenant": TENANT, "app": APP, "secret_file": "bot.secret"}

    assert told(tmp_path, None, bot=bot) == []
    (problem,) = told(tmp_path, None, bot={**bot, **changes})
    assert what in problem


@pytest.mark.parametrize("proxy", ["http://u:p@proxy.example:8080", "proxy.example", "socks5://x"])
def test_a_proxy_with_a_login_or_of_another_kind_is_refused(tmp_path, proxy):
    (problem,) = told(tmp_path, proxy=proxy)

    assert "this is no proxy" in problem


def test_what_is_secret_is_never_shown(tmp_path):
    file = tmp_path / "teams.workflows"
    file.write_text(f'north = "{FLOW}"')
    file.chmod(0o600)

    config = Config.model_validate({"workflows_file": str(file)}, context={"base": tmp_path})

    assert "s3cr3t" not in f"{config!r} {config} {config.model_dump()} {config.model_dump_json()}"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("Workflow:North", "workflow:north", id="a workflow, however it is written"),
        pytest.param("29:aB_c-1", "29:aB_c-1", id="a person of the bot's"),
        pytest.param("19:aB@thread.tacv2", "19:aB@thread.tacv2", id="a channel of the bot's"),
        pytest.param("0D9F4F62-5A0B-4C5B-8D0E-3F5A0C9B1E77", "0d9f4f62-5a0b-4c5b-8d0e-3f5a0c9b1e77", id="an account"),
        pytest.param("ann@Council.example", "ann@council.example", id="a sign-in name"),
    ],
)  # fmt: skip
def test_an_address_of_teams_is_kept_in_one_form(text, kept):
    assert parse_teams_address(text) == kept


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("19:meeting_x@thread.v2", "is a chat", id="a meeting's chat"),
        pytest.param("19:a_b@unq.gbl.spaces", "is a chat", id="a chat of two"),
        pytest.param("workflow:", "is no name of a workflow", id="no name"),
        pytest.param("workflow:a b", "is no name of a workflow", id="two words"),
        pytest.param("29:a\r\nX: y", "is not a plain e-mail address", id="a header within"),
        pytest.param("https://a.logic.azure.com/?sig=x", "is not a plain", id="the secret itself"),
    ],
)
def test_what_is_no_address_of_teams_is_refused_without_its_words(text, what):
    with pytest.raises(ValueError, match=what) as refused:
        parse_teams_address(text)

    assert "sig" not in str(refused.value)
