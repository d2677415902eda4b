"""What no message may print: the one list of fields and wordings, and who reads outside the authority.

Source: DOMAIN section 6 (never, at any level: a name of a child or parent, date of birth, address,
category of harm, outcome comments, the words of the concern, that an exemption or a police enquiry
exists) and READINGS section 2, 4 and 5.
"""

import re
from collections.abc import Iterator
from functools import partial
from unicodedata import category, name, normalize

FORBIDDEN = frozenset({  # fields that there are not, said by name so that the reason is plain
    *("name", "names", "forename", "surname", "initials", "dob", "born", "born_on", "birth"),
    *("expected_on", "age", "sex", "gender", "ethnicity", "address", "postcode", "phone"),
    *("mobile", "email", "nhs", "upn", "category", "harm", "concern", "notes", "narrative"),
    *("comments", "outcome", "exempt", "exemption", "police_investigation", "parent", "parents"),
    *("mother", "father", "child", "placement", "carer"),
})  # fmt: skip

# Fields that are the authority's own: nobody outside it reads them, whatever a template says.
INSIDE_FIELDS = frozenset({"team", "children", "remarks", "next_step", "reason"})

# The posts and teams of the authority. Every other role or agency is read as outside it, the family among
# them, and so is whoever may be either: an invited person, the owner of a plan's action.
INSIDE_READERS = frozenset({
    *("social_worker", "lead_social_worker", "lead_practitioner", "key_worker", "sw_line_manager", "team_manager"),
    *("practice_manager", "team_coordinator", "social_work_service_manager", "reviewing_officer"),
    *("safeguarding_service_manager", "childrens_services_auditor", "director_childrens_services"),
    *("cp_team_support", "cp_admin_support", "conference_coordinator", "conference_administrator"),
    *("conference_information_mailbox", "cp_conference_team", "minute_taker", "duty_cp_chair"),
    *("cp_chair", "independent_chair", "conference_chair", "crm", "duty_mailbox", "operator"),
    *("childrens_social_care", "social_work_team", "locality_team", "mash", "advice_line"),
})  # fmt: skip

WHOSE = r"(?:child|children|baby|sibling|parent|mother|father|mum|dad|carer|family)(?:['’]?s['’]?)?"
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
COUNTED = r"(?!(?:working|calendar|days?|weeks?|months?|years?|hours?|minutes?|the|a|this|at|by)\b)"
STREET = (
    r"(?:road|street|avenue|lane|crescent|terrace|grove|gardens|mews|drive|close(?! (?:of|to)\b))"
)
NEVER = (  # wordings that no message has, whoever reads it
    rf"\b{WHOSE} (?:full |first |last |family |given )?(?:name|surname|initials)s?\b",
    r"\b(?:surname|forename|maiden name)s?\b",
    r"\b(?:dates? of birth|birth ?dates?|d[. ]{0,2}o[. ]{0,2}b\b|born on)",
    rf"\bborn (?:(?:the |in )?\d+|in {MONTH}\b|{MONTH} \d)",
    r"(?<![\w./-])(?:\+44 ?(?:\(0\) ?)?|\(?0)\d{2,4}\)?[ .-]?\d{3,4}[ .-]?\d{3,4}\b",  # a telephone number
    r"\b\d{3} \d{3} \d{4}\b",  # an NHS number
    r"\b[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}\b",  # a postcode
    r"[\w.+%-]{1,64}(?:@| ?[(\[] ?at ?[)\]] ?)\w+(?:\.\w+)*",  # a mail address
    r"[\w.+%-]{1,64} at \w+ dot \w+",  # and one that is spelt out
    rf"(?<![\w:./-])\d{{1,4}}[a-z]?,? (?:{COUNTED}[a-z'’]+ ){{1,2}}{STREET}\b",
    rf"\b(?:home|postal|placement|{WHOSE}|his|her) address(?:es)?\b",
    r"\b(?:postcode|house number|lives? at|nhs number|telephone number|phone number)s?\b",
    r"\bcategory of (?:abuse|harm|neglect|registration)\b",
    r"\b(?:neglect(?:ed|ful)?|(?:sexual|physical|emotional|domestic) (?:abuse|violence|harm))\b",
    r"\b(?:sexual(?:ly)? exploit\w+|alleg(?:ed\w*|ations?|es?|ing))\b",
    r"\bexempt\w*",
    r"\b(?:police|criminal) (?:enquir|inquir|investigat|proceeding|charge)\w*",
    r"\b(?:enquir|inquir|investigat)\w* by the police\b",
    r"\bpolice (?:\w+ ){0,2}(?:look(?:s|ed|ing)? into|investigat(?:es?|ed|ing)|(?:en|in)quir(?:es?|ed|ing))\b",
    r"\bunder investigation\b",
    r"\b(?:in|into|on|out of|released from) (?:\w+ )?(?:custody|prison|jail|remand)\b",
    r"\b(?:arrest(?:s|ed)?|(?:on|police) bail|prosecut\w+)\b",
)
OUTSIDE = (  # and these where somebody outside the authority reads it
    r"\bwith(?:h(?:e|o)ld\w*|out (?:the )?(?:parent|family|mother|father|carer)\w*)",
    rf"\b(?:not|never)\b[^,.;:]{{0,40}}\b(?:tell|told|shar\w+|show\w*|inform\w*)\b[^,.;:]{{0,40}}\b{WHOSE}\b",
    r"\b(?:restricted|excluded|exclusion|suspect\w*|confidential)\b",
)
_NEVER, _OUTSIDE = (re.compile("|".join(words)) for words in (NEVER, (*NEVER, *OUTSIDE)))
# letters or figures one by one: "a b u s e", "0 7 7"; four in a row are no initials
SPACED = re.compile(r"\b\w(?:[ .]\w\b){3,}")
HYPHEN = re.compile(r"(?<=[a-z])[-\u2010-\u2014](?=[a-z])")
MIXED = re.compile(r"\b(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]+\b")
# figures that are read as letters; 1 is as often an i as an l
FIGURES = tuple(str.maketrans("01345789", f"o{one}eastbg") for one in "il")
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
LINE_ENDS = "\n\t"
MEND = "say what is needed without it: staff see the reason in the case system"


def reads_outside(reader: str) -> bool:
    """Return whether the holder of a role, or an agency, is not surely of the authority."""
    return reader not in INSIDE_READERS


def misworded(text: str, *, outside: bool = False) -> Iterator[tuple[str, str]]:
    """Yield what the words of a template, or what they make, must not say, with how to mend it.

    Letters that only look different (full width, ligatures) are read as what they look like, a hyphen
    between words as the space that it may stand for, and a figure within a word as its letter.
    """
    words = " ".join(normalize("NFKC", text).casefold().split())
    for said in dict.fromkeys(
        found[0]
        for plain in _readings(words)
        for found in (_OUTSIDE if outside else _NEVER).finditer(HYPHEN.sub(" ", plain))
    ):
        where = " to somebody outside the authority" if outside and not _NEVER.search(said) else ""
        yield f'no message may say "{said}"{where}', MEND


def _readings(words: str) -> tuple[str, ...]:
    """Return the words, and how they read where letters stand apart, or a figure stands for one: "p0lice".

    That is so where a word has more letters than figures: never in a time, "15th", "s47" or a reference.
    """
    joined = SPACED.sub(lambda found: re.sub("[ .]", "", found[0]), words)
    plain = dict.fromkeys((words, joined))
    folded = (MIXED.sub(partial(_folded, table), one) for one in plain for table in FIGURES)
    return tuple(dict.fromkeys((*plain, *folded))) if MIXED.search(joined) else tuple(plain)


def _folded(table: dict[int, int], found: re.Match[str]) -> str:
    word = found[0]
    figures = sum(one.isdigit() for one in word)
    return word.translate(table) if figures * 2 < len(word) else word


def unseen(text: str) -> Iterator[tuple[str, str]]:
    """Yield each character that hides words: nobody sees it, or it is a letter that only looks Latin."""
    if text.isascii() and text.isprintable():
        return
    for one in dict.fromkeys(one for one in text if one not in LINE_ENDS):
        if category(one) in UNSEEN:
            yield (
                f"a character that nobody sees stands here (U+{ord(one):04X})",
                "type the text anew",
            )
        elif one.isdecimal() and not normalize("NFKC", one).isascii():
            yield f"a figure of another script stands here (U+{ord(one):04X})", "type the text anew"
        elif one.isalpha() and not _is_latin(one):
            yield f"a letter of another script stands here (U+{ord(one):04X})", "type the text anew"


def _is_latin(letter: str) -> bool:
    return all(name(each, "").startswith("LATIN") for each in normalize("NFKC", letter))
