"""The same message as an Adaptive Card 1.5, from the values that the frames print.

Buttons open our pages and send nothing: an answer is given there, by a POST.

Source: DOMAIN section 6, EXPERIENCE, staff; RELIABILITY T3 (nothing in a field is markup).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from daemon.domain.mail import cap, one_line
from daemon.domain.markup import flat, plain
from daemon.engine.wording.unbroken import unparted

Element: TypeAlias = dict[str, Any]

SCHEMA, VERSION = "http://adaptivecards.io/schemas/adaptive-card.json", "1.5"
MOST_CARD_BYTES = 24_000  # 25,000 with what wraps it; Teams takes 28 kB
ROW = 30  # characters on buttons beside one another: what is wider is cut off on a telephone
WORD = 24  # characters of one word: a longer one in a table is cut off there, with all beside it
CLAUSES = "Comes from"  # the row that names them
TOO_LONG = "This is too long for a card. See the e-mail about it, or the case system."


def card_of(values: Mapping[str, Any]) -> str:
    """Return the card as JSON, at most 24,000 bytes long.

    What does not fit is left out from the end and said to be: first how dates were counted, then
    whole sections, which become a line with a link each, then those lines.
    """
    said = ""
    for body in _drafts(values):
        said = json.dumps(_card(values, body), ensure_ascii=False, separators=(",", ":"))
        if len(said.encode()) <= MOST_CARD_BYTES:
            break
    return said


def _card(values: Mapping[str, Any], body: Sequence[Element]) -> Element:
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "lang": "en-GB",
        "fallbackText": plain(values["title"]),
        "body": list(body),
    }


def _drafts(values: Mapping[str, Any]) -> Iterator[list[Element]]:
    """Yield the body of the card, whole first, then with less and less of it; the last always fits."""
    if "pairs" in values:
        yield from ([_bare(values, most)] for most in (50, 10))
    elif "headings" in values:
        yield from (_list(values, most) for most in (150, 60, 30, 12, 4))
    else:
        sections = values["sections"]
        yield _message(values, len(sections), len(values["rest"]), with_working=True)
        for shown in range(len(sections), 0, -1):
            yield _message(values, shown, 60, with_working=False)
        yield _message(values, 1, 10, with_working=False)
    yield [_heading(values["title"]), _text(TOO_LONG)]


def _bare(values: Mapping[str, Any], most: int) -> Element:
    pairs = values["pairs"]
    items: list[Element] = []
    for pair in pairs[:most]:
        items.append(_heading(f"You have an item: {pair['code']}"))
        if pair["page"]:
            suffix = f" {pair['code']}" if len(pairs) > 1 else ""
            items.append(_actions([_open(f"Open the item{suffix}", pair["page"])]))
    items += _more(len(pairs) - most)
    items.append(_text("This message says no more on purpose.", isSubtle=True))
    return _container(items)


def _message(
    values: Mapping[str, Any], shown: int, most_rest: int, *, with_working: bool
) -> list[Element]:
    sections, rest = values["sections"], values["rest"]
    body: list[Element] = []
    if len(sections) > 1:
        body.append(_heading(f"{len(sections) + len(rest)} things to see to"))
    for number, section in enumerate(sections[:shown]):
        body.append(
            _container(_section(section, f"working-{number}", with_working), separator=number > 0)
        )
    left = [brief for one in sections[shown:] for brief in _briefs(one)]
    left += rest
    if left:
        lines = [_heading(f"And {len(left)} more", "Medium"), *map(_line, left[:most_rest])]
        body.append(_container([*lines, *_more(len(left) - most_rest)], separator=True))
    return [*body, _foot(values)]


def _briefs(section: Mapping[str, Any]) -> Iterator[Element]:
    """Yield a section's items as they stand in the list of what is not shown in full."""
    due = dict(section["rows"]).get("Due", "without a limit")
    for link in section["links"]:
        refs = link["of"] or section["refs"]
        yield {"title": section["title"], "refs": refs, "due": due, "page": link["page"]}


def _section(part: Mapping[str, Any], id_: str, with_working: bool) -> list[Element]:
    items = [_heading(f"{part['refs']}: {part['title']}")]
    if part["standing"]:
        colour = {"color": "Attention"} if part["is_overdue"] else {}
        standing = str(part["standing"])
        items.append(
            _text(standing[:1].upper() + standing[1:], weight="Bolder", spacing="Small", **colour)
        )
    items.append(_text(part["lead"]))
    if part["action"]:
        items.append(_text(part["action"], weight="Bolder"))
    for link in part["links"]:
        of = f" ({link['of']})" if link["of"] else ""
        buttons = [_open(f"Open the item{of}", link["page"])]
        if link["decide"]:
            buttons.insert(0, _open("Sign in and answer", link["decide"], style="positive"))
        if link["promise"]:
            buttons.insert(0, _open(f"I have it, by …{of}", link["promise"], style="positive"))
        if link["not_required"]:
            buttons.append(_open(f"Not required, because …{of}", link["not_required"]))
        if link["wrong_person"]:
            buttons.append(_open(f"This is not for me{of}", link["wrong_person"]))
        items += _rows(buttons)
    items.append(
        _facts(
            [
                (title, unparted(value) if title == CLAUSES else value)
                for title, value in part["rows"]
            ]
        )
    )
    if with_working and part["working"]:
        shown = {
            "type": "Action.ToggleVisibility",
            "title": "How the date was counted",
            "targetElements": [id_],
        }
        counted = {**_facts(part["working"]), "id": id_, "isVisible": False}
        items += [_actions([shown]), counted]
    return items


def _list(values: Mapping[str, Any], most: int) -> list[Element]:
    items = [_heading(values["title"])]
    if values["intro"]:
        items.append(_text(values["intro"]))
    for row in values["rows"][:most]:
        facts = [
            (heading, cell) for heading, cell in zip(values["headings"], row, strict=True) if cell
        ]
        items.append({**_facts(facts), "separator": True})
    items += _more(values["left_out"] + max(0, len(values["rows"]) - most))
    if values["page"]:
        items.append(_actions([_open("Open the list", values["page"])]))
    return [_container(items), _foot(values)]


def _foot(values: Mapping[str, Any]) -> Element:
    said = [f"You get this message because {values['why_told']}."]
    if values["as_known"]:
        said.append(f"It rests on our records as at {values['as_known']}.")
    said.append(f"Sent by Daykeeper for {values['authority']}.")
    return _text(" ".join(said), isSubtle=True, size="Small", separator=True)


def _line(one: Mapping[str, Any]) -> Element:
    """Return one line of what is not shown in full: its link, and when it is due."""
    named, due = f"{flat(one['refs'])}: {flat(one['title'])}", f", due {flat(one['due'])}"
    opens = {"type": "Action.OpenUrl", "url": one_line(one["page"])}
    if _is_wide(named):  # rich text breaks no word
        return {**_container([_text(named + due)]), "selectAction": opens, "spacing": "Small"}
    runs = [
        {"type": "TextRun", "text": named, "selectAction": opens},
        {"type": "TextRun", "text": due},
    ]
    return {"type": "RichTextBlock", "inlines": runs, "spacing": "Small"}


def _more(count: int) -> list[Element]:
    return [_text(f"And {count} more.")] if count > 0 else []


def _heading(words: object, size: str = "Large") -> Element:
    return _text(words, style="heading", size=size, weight="Bolder")


def _text(words: object, **look: object) -> Element:
    return {"type": "TextBlock", "text": plain(words), "wrap": True, **look}


def _facts(rows: Sequence[Sequence[str]]) -> Element:
    """Return a table of facts; one with a word too long for a telephone stands below its heading, and is broken."""
    items: list[Element] = []
    for is_wide, each in groupby(rows, lambda row: _is_wide(row[1])):
        if not is_wide:
            facts = [{"title": plain(title), "value": plain(value)} for title, value in each]
            items.append({"type": "FactSet", "facts": facts})
            continue
        for title, value in each:
            items += [_text(title, weight="Bolder"), _text(value, spacing="None")]
    return items[0] if len(items) == 1 else _container(items)


def _is_wide(words: str) -> bool:
    return any(len(word) > WORD for word in words.split())


def _container(items: Sequence[Element], *, separator: bool = False) -> Element:
    look = {"separator": True, "spacing": "Large"} if separator else {}
    return {"type": "Container", "items": list(items), **look}


def _actions(actions: Sequence[Element]) -> Element:
    return {"type": "ActionSet", "actions": list(actions)}


def _rows(buttons: Sequence[Element]) -> Iterator[Element]:
    """Yield buttons in sets that are no wider than a telephone."""
    row: list[Element] = []
    for button in buttons:
        if row and sum(len(one["title"]) for one in (*row, button)) > ROW:
            yield _actions(row)
            row = []
        row.append(button)
    yield _actions(row)


def _open(title: str, url: str, **look: object) -> Element:
    return {
        "type": "Action.OpenUrl",
        "title": cap(one_line(title), 80),
        "url": one_line(url),
        **look,
    }
