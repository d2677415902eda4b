"""The pages that are written to files: whole, honest, reachable by everybody, and fetched from nowhere."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.decide.trying.tally import Tally, differences
from daemon.decide.trying.told import Notice
from daemon.domain.times import OfficeHours
from daemon.pages.asides import asides
from daemon.pages.charts import chart
from daemon.pages.example import ENDS_ON, STARTS_ON, Example
from daemon.pages.pathway import pathway
from daemon.pages.words import in_words, say_time
from daemon.pages.write import index_page, pathway_page, rehearsal_page
from daemon.rehearsal.figures import figures
from daemon.rulebook import load_days, shipped, sources
from daemon.rulebook.packs.clauses import coverage, read_clauses
from daemon.testing.world import loaded

TODAY = date(2026, 11, 23)
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reading(HTMLParser):
    """A page as a tree is walked: its elements with their attributes, its headings and its tables."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.headings, self.tables, self.texts = [], [], [], {}, []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.elements.append((tag, named))
        if tag not in VOID:
            self.open.append((tag, named))
        if tag == "table":
            self.tables[named.get("id")] = []
        if tag == "tr":
            self.tables[self.within("table").get("id")].append([])
        if tag in ("th", "td"):
            self.tables[self.within("table").get("id")][-1].append("")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        last, _ = self.open.pop()
        assert last == tag, f"</{tag}> closes <{last}>"

    def handle_data(self, data):
        self.texts.append(data)
        tags = [tag for tag, _ in self.open]
        if {"th", "td"} & set(tags):
            self.tables[self.within("table").get("id")][-1][-1] += data
        if tags and re.fullmatch("h[1-6]", tags[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    def within(self, tag):
        return next(named for name, named in reversed(self.open) if name == tag)

    def all(self, tag):
        return [named for name, named in self.elements if name == tag]


@pytest.fixture(scope="module")
def decides():
    book = loaded(shipped())
    return Deciding(book, Calendar(load_days(shipped(), "england-and-wales"), OfficeHours()))


@pytest.fixture(scope="module")
def pathways(decides):
    texts = sources(shipped())
    found = coverage(texts, read_clauses(shipped()))
    packs = decides.rulebook.packs.values()
    return [pathway(pack, decides, found, texts, TODAY) for pack in packs], found


@pytest.fixture(scope="module")
def rehearsal():
    def line(at, rung, role, to, ref="SC-1"):
        return Notice(
            datetime.fromisoformat(f"2026-03-{at}:00+00:00"), ref, (ref,), f"{ref}/{rung}/icpc-1", rung,
            "tell", role, None, to, "email", rung, f"{at}{to}", "due",
        )  # fmt: skip

    present = [
        line("06T17:00", "list", "team_manager", "ann"),
        line("20T09:00", "group", "social_worker", None),
    ]
    draft = [
        line("06T16:00", "list", "team_manager", "ann"),
        line("09T09:00", "list", "team_manager", "tom"),
    ]
    tally = Tally(cases=1)
    for one in differences(present, draft):
        tally.note(one)
    tally.gather(present, draft)
    tally.close()
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
    return figures(tally, str.title, lambda role: role.replace("_", " "), start, end)


@pytest.fixture(scope="module")
def pages(pathways, rehearsal):
    found, clauses = pathways
    made = {page.name: pathway_page(page) for page in found}
    return {**made, "index": index_page(found, clauses), "rehearsal": rehearsal_page(rehearsal)}


def test_every_page_is_well_formed_and_says_its_language(pages):
    for name, html in pages.items():
        page = Reading(html)

        assert page.open == [], name
        assert page.all("html") == [{"lang": "en-GB"}]
        assert len(page.all("main")) == 1
        assert [level for level, _ in page.headings].count(1) == 1


def test_no_heading_skips_a_level(pages):
    for name, html in pages.items():
        levels = [level for level, _ in Reading(html).headings]

        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_nothing_is_fetched_from_anywhere(pages):
    for html in pages.values():
        page = Reading(html)
        named = [
            value
            for _, attrs in page.elements
            for key, value in attrs.items()
            if key in ("src", "href")
        ]

        assert [one for one in named if not re.fullmatch(r"#[\w-]+|[a-z-]+\.html", one)] == []
        assert not page.all("script")
        assert not page.all("link")
        assert not re.search(r"@import|url\((?!#)|https?:", html)


def test_every_link_within_a_page_leads_somewhere_and_every_id_is_there_once(pages):
    for name, html in pages.items():
        page = Reading(html)
        ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
        leads = {attrs["href"][1:] for attrs in page.all("a") if attrs["href"].startswith("#")}

        assert len(ids) == len(set(ids)), name
        assert leads - set(ids) == set(), name


def test_every_picture_says_in_words_what_it_shows(pages):
    for html in pages.values():
        page = Reading(html)
        ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
        for attrs in page.all("svg"):
            if attrs.get("aria-hidden") != "true":
                assert attrs["role"] == "img"
                assert set(attrs["aria-labelledby"].split()) <= ids


def test_every_table_has_a_caption_and_heads(pages):
    for html in pages.values():
        page = Reading(html)

        assert len(page.all("caption")) == len(page.all("table"))
        assert all(attrs.get("scope") in ("row", "col") for attrs in page.all("th"))


def test_what_scrolls_sideways_can_be_reached_by_key(pages):
    for html in pages.values():
        regions = [attrs for attrs in Reading(html).all("div") if attrs.get("class") == "scroll"]

        assert regions
        assert all(
            attrs["tabindex"] == "0" and ({"aria-label", "aria-labelledby"} & attrs.keys())
            for attrs in regions
        )


def test_a_pathway_page_names_every_rule_with_its_limit_and_every_step(decides, pathways, pages):
    for page in pathways[0]:
        pack = decides.rulebook.packs[page.name]
        reading = Reading(pages[page.name])
        text = " ".join(reading.texts)

        articles = {attrs["id"] for attrs in reading.all("article")}
        assert {rule.name for rule in pack.rules} <= articles
        assert all(rule.title in text for rule in pack.rules)
        steps = sum(len(rule.ladder) for rule in pack.rules)
        house = sum(rung.house for rule in pack.rules for rung in rule.ladder)
        assert sum(len(duty.ladder) for _, _, duties in page.phases for duty in duties) == steps
        assert text.count("Our default, not in the document.") == house


def test_the_contents_lead_to_every_duty_by_its_stage_and_by_each_role_that_has_it(pathways, pages):
    for page in pathways[0]:
        contents = pages[page.name].split('id="contents"')[1].split("</nav>")[0]
        duties = [one for _, _, duties in page.phases for one in duties]

        for one in duties:
            assert contents.count(f'href="#{one.name}"') == 1 + len(one.who), one.name
        assert {role for role, _ in page.by_role} == {role for one in duties for role in one.who}


def test_no_code_of_the_vocabulary_is_left_in_the_words_of_a_rule(decides, pathways):
    codes = {name for name in decides.words.facts if "_" in name}
    for page in pathways[0]:
        for _, _, duties in page.phases:
            for duty in duties:
                said = " ".join(says for _, says in duty.lines)
                assert codes & set(re.findall(r"\w+", said)) == set(), duty.name


def test_the_drawing_and_its_table_say_the_same(pathways, pages):
    for page in pathways[0]:
        reading = Reading(pages[page.name])
        for drawing in page.drawings:
            rows = reading.tables[f"{drawing.id}-table"][1:]
            cells = ([" ".join(cell.split()) for cell in row] for row in rows)
            said = [f"{title}: {basis} limit, due {due}" for title, _, _, due, basis in cells]
            drawn = [span.says for lane in drawing.lanes for span in lane.spans]
            assert sorted(drawn) == sorted(said)


def test_what_comes_again_is_one_line_of_the_drawing_with_a_mark_each_time(pathways):
    page = next(one for one in pathways[0] if one.name == "gloucestershire")
    months = page.drawings[1]

    leads = [one for one in months.lanes if one.label == ("Lead of the core group",)]

    assert [one.when for one in leads] == ["26 Oct 26, local, 27 ×"]
    assert len(leads[0].spans) == len({one.due for one in leads[0].spans}) == 27
    assert len(months.rows) == 31


def test_a_basis_is_told_by_shape_and_word_never_by_colour_alone(pathways):
    shapes = {
        (lane.shape, lane.when.split(", ")[1])
        for page in pathways[0]
        for drawing in page.drawings
        for lane in drawing.lanes
    }

    assert shapes <= {("square", "statutory"), ("circle", "local"), ("triangle", "our default")}
    assert len(shapes) >= 2


def test_the_examples_dates_are_the_rulebooks_own(decides):
    pack = decides.rulebook.packs["stoke-on-trent"]

    dated = {one.rule.name: one for one in Example(decides, pack).duties()}

    # Day 15, where Monday 7 September is Day 1
    assert dated["icpc-by-day-15"].due_on == date(2026, 9, 25)
    assert dated["icpc-limit"].due_on == date(2026, 9, 28)
    # ten working days after the conference
    assert dated["first-core-group"].due_on == date(2026, 10, 9)
    assert all(STARTS_ON <= one.due_on <= ENDS_ON for one in dated.values())


def test_every_clause_of_a_pathway_stands_on_its_page(pathways, pages):
    pages_of, clauses = pathways
    for page in pages_of:
        own = clauses.of(page.name).clauses
        text = " ".join(Reading(pages[page.name]).texts)
        assert [clause for clause in own if clause not in text] == []


def test_the_charts_figures_are_the_tables(rehearsal, pages):
    reading = Reading(pages["rehearsal"])
    says = [
        text for text in reading.texts if " under the present rulebook, " in text and ": " in text
    ]
    drawn = {}
    for text in says:
        found = re.fullmatch(
            r"(.+): ([\d,]+) under the present rulebook, ([\d,]+) under the draft", text.strip()
        )
        if found:
            drawn[found[1]] = (found[2], found[3])

    tables = {
        " ".join(row[0].split()): (row[1], row[2])
        for name in ("roles", "weeks")
        for row in reading.tables[name][1:]
    }
    rules = {
        row["title"]: (f"{row['present']:,}", f"{row['draft']:,}") for row in rehearsal["by_rule"]
    }
    assert drawn == {**tables, **rules}


def test_the_figures_add_up(rehearsal):
    notices = rehearsal["notices"]

    assert (notices["present"], notices["draft"]) == (2, 2)
    assert notices["earlier"] == notices["new"] == notices["gone"] == 1
    for table in ("by_rule", "by_role", "by_week", "by_person"):
        assert sum(row["present"] for row in rehearsal[table]) == 2, table
        assert sum(row["draft"] for row in rehearsal[table]) == 2, table


def test_a_chart_of_nothing_is_no_division_by_zero():
    assert chart("empty", "Nothing", [("a", 0, 0)]).bars[0].present_length == 0


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("s47_concluded is at_risk", "the section 47 enquiry concluded is “at risk”"),
        (
            "icpc_not_required is recorded",
            "the decision that no initial conference is needed is recorded",
        ),
        ("4 weeks after the last core_group_held", "4 weeks after the last core group held"),
        ("agency of icpc", "agency of initial conference"),
    ],
)
def test_a_phrase_is_said_in_the_words_of_the_vocabulary(decides, phrase, said):
    assert in_words(phrase, decides.words) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("due", "When it is due"),
        ("at once", "At once"),
        ("day of due, 09:00", "On the day on which it is due, at 09:00"),
        ("1 working day before due, 09:00", "1 working day before it is due, at 09:00"),
        ("4 working hours after due", "4 working hours after it is due"),
        ("1 working day after opening", "1 working day after it begins"),
    ],
)
def test_a_rungs_time_reads_as_words(text, said):
    assert say_time(text) == said


def test_comments_beside_a_rule_are_its_readings():
    lines = (
        'a: "# no comment"  # but this one', "# one thought", "# on two lines", "b: x#y",
        "  - at: due # third", "    house: true # ours",
    )  # fmt: skip
    text = "\n".join(lines)

    assert asides(text) == (
        ("a", "but this one"),
        ("", "one thought on two lines"),
        ("at", "third"),
    )


def test_of_two_days_the_earlier_is_said_without_a_second_preposition(pathways):
    said = [
        due
        for page in pathways[0]
        for _, _, due in page.undated
        if due.startswith("the earlier of")
    ]

    assert any("the earlier of the day of" in due for due in said)
    assert not any("on the day of" in due for due in said)
