"""What an authority may choose for its lists, letters and messages, and what would leave them unread or misread."""

import pytest

from tests.unit.test_safety_stays import changed

OWN_WORDS = 'message: our-words\nsubject: "{{ ref }}: late"\nlead: "{{ ref }}: a conference was due by {{ due }}."\n'
TO_BOTH = """\
change: icpc-invitation
words: {professionals: invitation-professional, parents_carers: invitation-professional}
"""
NEVER = """\
change: icpc-invitation
when: invite_list_received is recorded and invite_list_received is missing
"""
BY_LETTER = "change: weekly-conference-diary\nvia: [letter]\n"
BY_IT = """\
change: conference-report-authorised
approval: {question: May it go?, of: operator, answers: {yes: conference_report_authorised}, reasons: []}
"""
UNASKED = "change: decisions-approval\nwithout: [approval]\n"
OF_ONE_CASE = "change: weekly-conference-diary\nmessage: icpc-limit-missed\n"


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        pytest.param(TO_BOTH, 2, "would read the words that professionals read", id="one letter"),
        pytest.param(NEVER, 2, "nobody is ever invited", id="an invitation to nobody"),
        pytest.param(BY_LETTER, 2, "only families are written letters", id="a list by letter"),
        pytest.param(BY_IT, 2, "nobody whose duty it is", id="a decision of the operator"),
        pytest.param(UNASKED, 1, 'approval is called "decisions-approval"', id="unasked"),
        pytest.param(OF_ONE_CASE, 2, '"ref" is of one case', id="a list in a rung's words"),
    ],
)
def test_what_nobody_would_read_is_told_at_its_line(tmp_path, change, line, told):
    edition, problems = changed(tmp_path, change)

    assert edition is None
    assert any(told in one.what and f"a.yaml:{line}" in one.where for one in problems), problems


def test_a_statutory_limit_is_told_in_words_of_ones_own(tmp_path):
    change = "changes:\n  - change: icpc-limit\n    ladder:\n      icpc-limit-missed: {message: our-words}\n"
    own = "".join(f"    {line}\n" for line in OWN_WORDS.splitlines()).replace("    m", "  - m", 1)

    edition, problems = changed(tmp_path, change + own)

    assert edition is not None, problems
    limit = edition.book.packs["stoke-on-trent"].rule("icpc-limit")
    assert limit.ladder[-1].message == "our-words"
