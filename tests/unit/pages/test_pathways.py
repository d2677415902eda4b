"""A pathway's page: every rule, clause and step of it stands there, and its drawing says what its tables say."""

from datetime import date

from daemon.pages.example import ENDS_ON, STARTS_ON, Example
from tests.unit.pages.reading import Reading


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
