"""An authority's folder: what it says is in force, and every mistake is found where a person must mend it."""

import csv
import random
import re
import shutil
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.domain.brake import Limits
from daemon.domain.errors import Severity
from daemon.domain.roster import COLUMNS
from daemon.domain.rules import Applies
from daemon.rulebook import gather, read_edition, shipped, sound
from daemon.rulebook.differing.difference import differences
from daemon.rulebook.editions.edition import Written, compile_edition
from daemon.rulebook.language.marks import Rows, Table, read
from daemon.rulebook.language.rewrite import write
from daemon.rulebook.own.beginning import beginning

TESTS = Path(__file__).parents[1]
POLICIES, BAD = TESTS / "policies", TESTS / "bad_authorities"
STOKE, LIST = "stoke-on-trent", "icpc-invite-list"
TERMS = """\
based_on: stoke-on-trent
fallback: duty_mailbox
mailboxes: {duty_mailbox: duty@potterby.example}
domains: {internal: [potterby.example]}
feeds: {conference_diary: 4 hours}
"""
HOUSE_RULE = """\
rule: our-own-check
title: Our own check
why: We want to know sooner.
clauses: []
basis: house
for: icpc
when: s47_decision_recorded is section_47
due: 3 working days after strategy_discussion_held
met_by: invite_list_received
responsible: [social_worker]
ladder:
  - {at: due, tell: [team_manager], via: [email], message: our-own-words, repeat: every 5 working days, house: "true"}
"""
HOUSE_MESSAGE = (
    'message: our-own-words\nsubject: "{{ ref }}: ours"\nlead: It was due by {{ due }}.\n'
)


@pytest.fixture
def folder(tmp_path):
    """Return a maker of an authority's folder from its files."""

    def make(files=None, terms=TERMS):
        made = tmp_path / "potterby"
        for file, text in {"authority.yaml": terms, **(files or {})}.items():
            (made / file).parent.mkdir(parents=True, exist_ok=True)
            (made / file).write_text(text, "utf-8")
        file = made / "authority.yaml"
        file.write_text(f"{file.read_text('utf-8')}policies: {POLICIES}\n", "utf-8")
        return made

    return make


@pytest.fixture
def rule(folder):
    """Return a maker of the invite list's rule under some changes."""

    def make(*changes):
        files = {f"changes/{at}.yaml": text for at, text in enumerate(changes)}
        edition, problems = read_edition(folder(files))
        assert edition is not None, problems
        return edition.book.packs[STOKE].rule(LIST)

    return make


def rungs(rule):
    return [(rung.name, rung.at.text) for rung in rule.ladder]


def test_what_an_authority_settles_is_read(folder):
    terms = f"""{TERMS}
effective_from: 2026-09-01
applies: new_cases
enforce_from: 2026-03-02
hold_limit: 2 working days
promise_cap: 1 working day
brake: {{one_pass: 50, one_person: off}}
office_hours:
  Monday: 08:30-17:30
  Tuesday: 09:00-17:00
  Thursday: 09:00-17:00
  Friday: 09:00-17:00
  Saturday: 10:00-12:00
  Sunday: closed
closure_days: [2026-12-29]
enclosures: {{threshold_guidance: "https://potterby.example/thresholds"}}
"""
    edition = sound(folder(terms=terms))
    said, pack = edition.authority, edition.book.packs[STOKE]

    assert (said.based_on, said.fallback) == (STOKE, "duty_mailbox")
    assert said.mailboxes == {"duty_mailbox": "duty@potterby.example"}
    assert said.enclosures == {"threshold_guidance": "https://potterby.example/thresholds"}
    assert said.fresh_within == {"conference_diary": timedelta(hours=4)}
    assert (said.effective_from, said.enforce_from) == (date(2026, 9, 1), date(2026, 3, 2))
    assert said.hours.opens == {
        0: time(8, 30),
        **dict.fromkeys((1, 3, 4), time(9)),
        5: time(10),
    }
    assert said.hours.closures == {date(2026, 12, 29)}
    assert said.hold_working_days == 2
    assert said.brake == Limits(50, None)
    assert (pack.promise_cap_working_days, pack.applies) == (1, Applies.NEW_CASES)
    assert edition.deciding().default_pathway == STOKE


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            f"change: {LIST}\nladder: {{invite-list-missed: {{at: 30 minutes after due}}}}",
            ("invite-list-missed", "30 minutes after due"),
            id="one time",
        ),
        pytest.param(
            f"change: {LIST}\nladder: {{invite-list-still-missing: {{at: 30 minutes after due}}}}",
            ("invite-list-still-missing", "30 minutes after due"),
            id="another one",
        ),
        pytest.param(
            f"changes:\n  - change: {LIST}\n    add_rung: {{at: 2 working days before due, 09:00, tell: social_worker, "
            "via: email, message: invite-list-reminder, name: sooner, house: true}".replace(
                "due, 09:00", '"due"'
            ).replace('before "due"', "before due"),
            ("sooner", "2 working days before due"),
            id="one rung more",
        ),
    ],
)
def test_a_change_of_one_rung_is_one_short_entry(rule, change, expected):
    found = rungs(rule(change))

    assert expected in found
    assert len(found) == 4 + (expected[0] == "sooner")


def test_people_and_ways_are_changed_and_all_else_stays(rule):
    changed = rule(
        f"change: {LIST}\nladder: {{invite-list-missed: {{tell: [team_manager], via: email}}}}"
    )

    missed = changed.rung("invite-list-missed")
    assert (missed.to, missed.via, missed.ask) == (("team_manager",), ("email",), "promise")


def test_a_rung_that_is_moved_takes_its_place_in_the_ladder(rule):
    moved = rule(
        f'change: {LIST}\nladder: {{invite-list-due-today: {{at: "2 working days before due, 09:00"}}}}'
    )

    assert [name for name, _ in rungs(moved)][:2] == [
        "invite-list-due-today",
        "invite-list-reminder",
    ]


def test_a_rung_is_dropped_with_its_reason_and_a_key_is_taken_away(rule):
    changed = rule(
        f"change: {LIST}\nbecause: One reminder is enough.\ndrop_rung: invite-list-due-today\n"
        "ladder: {invite-list-missed: {without: [ask, offer, offer_to]}}"
    )

    assert "invite-list-due-today" not in dict(rungs(changed))
    assert (changed.rung("invite-list-missed").ask, changed.rung("invite-list-missed").offer) == (
        None,
        None,
    )


def test_a_rule_and_a_message_of_ones_own_are_added(folder):
    files = {"changes/rule.yaml": HOUSE_RULE, "changes/words.yaml": HOUSE_MESSAGE}

    edition = sound(folder(files))

    assert edition.book.packs[STOKE].rule("our-own-check").ladder[0].message == "our-own-words"
    assert edition.book.messages["our-own-words"].lead == "It was due by {{ due }}."


def test_a_wording_is_changed(folder):
    edition = sound(
        folder(
            {"changes/a.yaml": 'change: invite-list-missed\nsubject: "{{ ref }}: please look"\n'}
        )
    )

    assert edition.book.messages["invite-list-missed"].subject == "{{ ref }}: please look"


def test_what_is_switched_off_is_gone_and_its_clause_is_shown_as_done_by_people(folder):
    edition = sound(
        folder({"changes/a.yaml": "switch_off: first-core-group\nbecause: Elsewhere.\n"})
    )

    assert edition.book.packs[STOKE].rule("first-core-group") is None
    assert "switched off here: Elsewhere." in edition.texts[f"{STOKE}/sources.yaml"]


def test_the_digest_covers_terms_changes_and_policies_but_no_scenario(folder):
    first = sound(folder()).digest
    change = {"changes/a.yaml": f"change: {LIST}\ntitle: Ours\n"}

    assert sound(folder({"scenarios/a.yaml": "# nothing yet\n"})).digest == first
    assert sound(folder(change)).digest != first
    assert sound(folder(terms=f"{TERMS}closure_days: [2026-12-29]\n")).digest != first


def test_an_edition_is_made_again_from_what_was_written(folder):
    edition = sound(folder({"changes/a.yaml": f"change: {LIST}\ntitle: Ours\n"}))

    again, problems = compile_edition(Written(edition.written))

    assert problems == []
    assert (again.digest, again.authority) == (edition.digest, edition.authority)
    assert again.book.digests == edition.book.digests


@pytest.mark.parametrize("name", sorted(path.name for path in BAD.iterdir() if path.is_dir()))
def test_a_mistake_is_told_at_the_line_that_a_person_must_mend(name, folder, tmp_path, capsys):
    files = {
        path.relative_to(BAD / name).as_posix(): path.read_text("utf-8")
        for path in (BAD / name).rglob("*")
        if path.is_file() and path.name != "expected.txt"
    }
    expected = (BAD / name / "expected.txt").read_text("utf-8").splitlines()

    code = main(["check", str(folder(files))])

    said = [line for line in capsys.readouterr().out.splitlines() if " packs, " not in line]
    assert said == expected
    assert code == any(line.startswith("error") for line in expected)


@pytest.mark.parametrize("ending", ["yaml", "yml"])
def test_what_a_repository_keeps_for_itself_is_not_read(folder, ending):
    first = sound(folder()).digest

    again = sound(folder({f".github/workflows/check.{ending}": "on: push\n"}))

    assert again.digest == first


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("threshold_guidance: nowhere", "no address of a page", id="no address"),
        pytest.param(
            "treshold_guidance: https://x.example", "no document is called", id="misspelt"
        ),
    ],
)
def test_a_paper_that_cannot_travel_is_told(folder, line, told):
    _, problems = read_edition(folder(terms=f"{TERMS}\nenclosures:\n  {line}\n"))

    assert any(told in one.what for one in problems)


def test_a_folder_that_is_neither_an_authoritys_nor_of_policies_is_refused(tmp_path):
    edition, problems = read_edition(tmp_path)

    assert edition is None
    assert [one.what for one in problems] == ["the rulebook's folder has no authority.yaml"]


def test_all_mistakes_of_all_files_are_told_at_once(folder):
    files = {
        "changes/a.yaml": f"change: {LIST}\nladder: {{invite-list-missed: {{at: soon}}}}\n",
        "changes/b.yaml": "switch_off: first-core-group\n",
        "changes/c.yaml": "change: nothing-at-all\n",
    }

    _, problems = read_edition(folder(files, terms=f"{TERMS}office_hour: 9\n"))

    assert {one.where.split(":")[0].rpartition("/")[2] for one in problems} == {
        "authority.yaml", "a.yaml", "b.yaml", "c.yaml",
    }  # fmt: skip


def test_no_mutation_of_a_change_is_ever_more_than_a_list_of_problems(folder):
    chance = random.Random(20261122)
    good = [
        (path.parent.parent.name, path.read_text("utf-8"))
        for path in sorted(BAD.glob("*/changes/*.yaml"))
    ]
    good += [("rule", HOUSE_RULE), ("message", HOUSE_MESSAGE), ("terms", TERMS)]
    written = gather(folder())
    refused = 0

    for _ in range(150):
        name, text = chance.choice(good)
        place = chance.randrange(len(text))
        odd = chance.choice("&*!|>{}[]:,#'\"%@`\x00\té\U0001f600-0 \n")
        mutated = text[:place] + odd + text[place + chance.randrange(0, 20) :]
        file = "authority/authority.yaml" if name == "terms" else "authority/changes/a.yaml"
        edition, problems = compile_edition(Written({**written.texts, file: mutated}))
        refused += edition is None
        assert (edition is None) == any(one.severity is Severity.ERROR for one in problems)
        assert all("\n" not in str(one) for one in problems)

    assert refused > 50  # the mutations do bite


PLAIN_WORDS = ("true", "false", "null")


def bare(node):
    """Return what a node says without its lines, and whether a word of JSON's is one."""
    if isinstance(node, Table):
        return {str(key): bare(value) for key, value in node.entries.items()}
    if isinstance(node, Rows):
        return [bare(item) for item in node.items]
    return str(node), node.plain and (node in PLAIN_WORDS or node.isdigit())


@pytest.mark.parametrize(
    "file", sorted(path for path in shipped().rglob("*.yaml")), ids=lambda path: path.stem
)
def test_a_file_that_is_written_again_says_the_same(file):
    table, problems = read(file.read_text("utf-8"), "file")
    assert table is not None, problems

    text, lines = write(table)
    again, problems = read(text, "file")

    assert problems == []
    assert bare(again) == bare(table)
    assert len(lines) == text.count("\n")


def examples() -> list[str]:
    """Return the examples of the guide, and those of a new folder's remarks."""
    guide = (TESTS.parent / "docs" / "tuning.md").read_text("utf-8")
    found = re.findall(r"^```yaml\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    book = sound(POLICIES).book
    remarks = beginning(book.packs[STOKE], book.vocabulary)["changes/README.md"]
    blocks = re.findall(r"(?:^#   .*\n)+(?:^#     .*\n)*", remarks, re.MULTILINE)
    return [*found, *("".join(line[4:] + "\n" for line in one.splitlines()) for one in blocks)]


@pytest.mark.parametrize("text", examples(), ids=lambda text: text.splitlines()[0][:40])
def test_every_example_does_what_it_says(folder, text):
    edition, problems = read_edition(folder({"changes/example.yaml": text}))

    assert [one for one in problems if one.severity is Severity.ERROR] == []
    assert differences(sound(POLICIES), edition) != []


def test_the_shipped_pack_can_be_begun_with(tmp_path, capsys):
    folder = tmp_path / "potterby"

    assert main(["init", str(folder), "--based-on", STOKE]) == 0
    assert main(["check", str(folder), "--quick", "--at", "2026-03-02"]) == 0

    said = capsys.readouterr().out
    assert "0 errors" in said
    to_be_mended = [line for line in said.splitlines() if line.startswith("warning")]
    assert to_be_mended
    assert "potterby/people.csv: it stands as `daykeeper init` wrote it" in said
    assert all("potterby/people.csv: " in line for line in to_be_mended)
    rows = list(csv.DictReader((folder / "people.csv").read_text("utf-8").splitlines()))
    assert set(rows[0]) == {*COLUMNS} - {"name"}
    assert [row["role"] for row in rows] == ["duty_mailbox"]
    assert main(["init", str(folder), "--based-on", STOKE]) == 1
    shutil.rmtree(folder)
    assert main(["init", str(folder), "--based-on", "stoke"]) == 1
    assert not folder.exists()
