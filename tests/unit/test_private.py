"""What no message says: the words themselves, however they are written."""

import pytest

from daemon.rulebook.language.private import misworded, unseen

NEVER = [
    pytest.param("the child's name", id="a child's name"),
    pytest.param("ask for the father’s surname", id="a surname"),
    pytest.param("date of birth", id="a date of birth"),
    pytest.param("DOB", id="a date of birth, short"),
    pytest.param("sent to their home address", id="an address"),
    pytest.param("postcode", id="a postcode"),
    pytest.param("the category of harm", id="the category"),
    pytest.param("physical abuse", id="a category by its name"),
    pytest.param("neglect", id="another"),
    pytest.param("the allegation", id="the words of the concern"),
    pytest.param("unless exempt", id="an exemption"),
    pytest.param("an EXEMPTION applies", id="in capitals"),
    pytest.param("the police enquiry", id="a police enquiry"),
    pytest.param("a police\n  investigation", id="over two lines"),
    pytest.param("criminal proceedings", id="criminal proceedings"),
    pytest.param("on police bail", id="bail"),
    pytest.param("ｅｘｅｍｐｔ", id="in wide letters"),
    pytest.param("the ﬁrst name: mother's ﬁrst name", id="with a ligature"),
    pytest.param("born 4 May 2017", id="a birthday"),
    pytest.param("born May 2017", id="a month of birth"),
    pytest.param("Born in 2017", id="a year of birth"),
    pytest.param("Ring 07700 900123", id="a mobile number"),
    pytest.param("Ring (01632) 960 001", id="a telephone number"),
    pytest.param("Ring +44 20 7946 0958", id="one from abroad"),
    pytest.param("Write to jo.smith@mail.example", id="a mail address"),
    pytest.param("Ring 07700.900.123", id="a number with dots"),
    pytest.param("Write to jo (at) mail.example", id="a mail address in disguise"),
    pytest.param("The D O B is needed", id="a date of birth with gaps"),
    pytest.param("Give the d. o. b. of it", id="and with dots"),
    pytest.param("the birth date", id="the other way round"),
    pytest.param("He stays at ZZ4 2AB", id="a postcode itself"),
    pytest.param("It is 943 476 5919", id="an NHS number itself"),
    pytest.param("They are at 12 Mill Road.", id="a street"),
    pytest.param("Visit 7b St John's Close today", id="a close"),
    pytest.param("He is in custody.", id="custody"),
    pytest.param("She is in prison.", id="prison"),
    pytest.param("emotional-abuse", id="a category with a hyphen"),
    pytest.param("emotional\u2011abuse", id="with another hyphen"),
    pytest.param("Police are looking into it.", id="an enquiry in other words"),
    pytest.param("The police have now investigated.", id="and in others"),
    pytest.param("He is under investigation.", id="without the police"),
    pytest.param("the p0lice enquiry", id="a nought for an o"),
    pytest.param("an ex3mpti0n applies", id="figures for two vowels"),
    pytest.param("the a11egation", id="a one for an l"),
    pytest.param("the d0b", id="a short word with a figure"),
    pytest.param("under 1nvestigation", id="a one for an i"),
    pytest.param("emoti0nal-a8use", id="figures on both sides of a hyphen"),
    pytest.param("n e g l e c t", id="letters one by one"),
    pytest.param("n.e.g.l.e.c.t", id="letters parted by stops"),
    pytest.param("ring 0 7 7 0 0 9 0 0 1 2 3", id="a telephone number, figure by figure"),
    pytest.param("Write to a.sparrow at mail dot example", id="a mail address that is spelt out"),
]
FINE = [
    "The child protection conference is due by Friday.",
    "Conference Information, health and police need it; without it the police cannot begin their checks.",
    "The section 47 enquiry is not recorded as concluded.",
    "Send it to the address of the conference team; the plan must address this.",
    "Each parent has the report at least two working days before.",
    "Name a deputy, and tell the coordinator his or her e-mail address.",
    "The guidance on categories of harm goes with it.",
    "Share the report with the family, or record why not.",
    "Due by Friday 6 March 2026 at 17:00, close of business (STK-025, section 47, paragraph 3.12).",
    "It was due 2 working days ago, at 09:00 on 05/03/2026 or 2026-03-05, for SC-2026-0012345.",
    "Within 10 working days close the action; 5 minutes by road; in 2026 the way to ask is new.",
    "A child who is born may need a plan. Say once the child is born; record it in the case file within 1 working day.",
    "The police and health are asked about the section 47 enquiry.",
    "On the 1st and 15th, at 9am or 5pm, look at S47 of Day15 and form CP1, for MOSAIC-10048 and left-3fae1204b0c5.",
    "Case d0b41c7e-11aa-4bad-9001-d00dfeedbabe is on the list of 4th March at 17h00; see STK-025, B4S1C and v2b.",
    "In on-call hours the duty team is in charge; look into it with the police.",
]
OUTSIDE = [
    "The report was withheld.",
    "Do not tell the parents of this.",
    "This must not be shared with the mother.",
    "Do not share this with mum.",
    "The case is restricted.",
    "An excluded person.",
]


@pytest.mark.parametrize("words", NEVER)
def test_what_no_reader_is_told_is_found(words):
    assert list(misworded(words))
    assert list(misworded(words, outside=True))


@pytest.mark.parametrize("words", FINE)
def test_the_words_of_the_work_are_free(words):
    assert list(misworded(words, outside=True)) == []


@pytest.mark.parametrize("words", OUTSIDE)
def test_some_words_stay_inside_the_authority(words):
    assert list(misworded(words)) == []
    ((what, _),) = misworded(words, outside=True)
    assert what.endswith("to somebody outside the authority")


@pytest.mark.parametrize(
    "character", ["\u200b", "\u202e", "\u2066", "\u00ad", "\ufeff", "\x00", "\U000e0041"]
)
def test_characters_that_nobody_sees_are_named(character):
    ((what, _),) = unseen(f"ex{character}empt")

    assert f"U+{ord(character):04X}" in what


@pytest.mark.parametrize("word", ["ехеmpt", "exеmption", "суrname", "ехempτ"])
def test_letters_that_only_look_latin_are_named(word):
    assert [what for what, _ in unseen(word) if "a letter of another script" in what]


def test_line_ends_and_accents_are_no_trick():
    assert list(unseen("Gŵyl, naïve, ﬁve, Łódź – “so”\n\tand on…\u00a0")) == []
