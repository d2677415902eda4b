"""Pictures of each message's card as Teams shows it: in the light, in the dark, narrow, and when it is too long."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from daemon.domain.message import Lane, Level, Message
from daemon.engine.wording.compose import compose_list
from daemon.rulebook import shipped
from daemon.testing.world import loaded
from tests.chromium import Page
from tests.pictures.__main__ import specimens
from tests.pictures.camera import Camera
from tests.unit.messages import ITEM, NOW, WORDS, message, part

OURS = Path(__file__).parent / "adaptivecards"
OUT = Path("build/docs/cards")
LOOKS = {"light": (640, "light"), "dark": (640, "dark"), "narrow": (360, "dark")}  # CSS pixels
BEHIND = {"light": ("#f5f5f5", "#ffffff"), "dark": ("#1f1f1f", "#292929")}
PAGE = """<!DOCTYPE html><html lang="en-GB"><meta charset="utf-8"><title>Card</title><style>
body {{ margin: 16px; background: {around}; font-family: "Segoe UI", Arial, sans-serif; font-size: 14px; }}
#card {{ background: {behind}; border-radius: 6px; }}
.ac-pushButton {{ font: inherit; padding: 5px 14px; margin: 0; border-radius: 4px; border: 1px solid #8a8a8a;
  background: transparent; color: {text}; overflow-wrap: anywhere; white-space: normal; text-align: left; }}
.ac-pushButton.style-positive {{ background: #4f52b2; border-color: #4f52b2; color: #ffffff; }}
</style><body><div id="card"></div></body></html>
"""
RENDER = """(() => {{
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {{
    result.outputHtml = {markdown};
    result.didProcess = true;
  }};
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig({host});
  card.parse({card});
  document.getElementById("card").appendChild(card.render());
  return card.validateProperties().validationEvents.length;
}})()"""
# The part of markdown that Teams reads on a card, and that a field must not be able to use.
MARKDOWN = r"""(() => {
  const kept = [];
  const keep = (html) => `\u0001${kept.push(html) - 1}\u0002`;
  const shown = { "<": "&lt;", ">": "&gt;" };
  const safe = text
    .replace(/\\([\\`*_{}\[\]()#+\-.!<>~|])/g, (_, sign) => keep(shown[sign] || sign))
    .replace(/<at>(.+?)<\/at>/g, (_, who) => keep(`<b class="mention">@${who}</b>`))
    .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
    .replace(/\*\*(.+?)\*\*/g, "<b>$1</b>").replace(/_(.+?)_/g, "<i>$1</i>")
    .replace(/\[(.+?)\]\((.+?)\)/g, '<a href="$2">$1</a>');
  return safe.replace(/\u0001(\d+)\u0002/g, (_, number) => kept[Number(number)]);
})()"""


def main() -> int:
    """Make the pictures of all cards, or of those of the messages that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures.cards", description=__doc__)
    parser.add_argument("message", nargs="*", help="their names (default: all)")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FOLDER")
    args = parser.parse_args()
    with Camera() as camera:
        sys.stdout.write(draw(camera, args.out, args.message))
    return 0


def draw(camera: Camera, out: Path = OUT, names: Sequence[str] = ()) -> str:
    """Make the pictures of the cards of messages (all of them, and oddities); return a line about it."""
    made = dict(cards(list(names)))
    out.mkdir(parents=True, exist_ok=True)
    for name, card in made.items():
        camera.take(name, partial(take, name=name, card=card, folder=out))
    return f"{len(made)} cards, {len(made) * len(LOOKS)} pictures: {out}\n"


def take(page: Page, name: str, card: str, folder: Path) -> None:
    """Write the pictures of one card; raises ValueError where its renderer finds a fault."""
    for look in LOOKS:
        if faults := show(page, card, look):
            raise ValueError(
                f"{name}: its card has {faults} faults; see what the renderer says of it"
            )
        (folder / f"{name}-{look}.png").write_bytes(page.picture())


def cards(names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each message's card; and those of a flood, of words without end, and of words like markup."""
    for name, sent in specimens(loaded(shipped()), names):
        yield name, sent.card
    if not names:
        yield from ((name, sent.card) for name, sent in oddities().items())


def oddities() -> dict[str, Message]:
    """Return messages that are hard to show."""
    long = replace(WORDS, lead="A sentence that does not end " * 45, clear="x" * 400)
    like = replace(
        WORDS, lead="**bold** _and_ [a link](https://x.test) <at>everyone</at> {{DATE(x)}}"
    )
    wide = "SC-" + "9" * 60
    flood = [part(replace(ITEM, ref=f"SC-{n:03}", code=f"C-{n:03}")) for n in range(40)]
    widest = [part(replace(ITEM, ref=f"{wide}{n}", code=f"C-{n:03}")) for n in range(40)]
    return {
        "a-flood": message(*flood),
        "a-flood-of-long-words": message(*widest),
        "long-words": message(part(replace(ITEM, ref=wide), words=long)),
        "like-markup": message(part(ITEM, words=like)),
        "long-addresses": listed(),
        "siblings": message(part(*[replace(ITEM, ref=f"SC-{n}", code=f"C-{n}") for n in range(3)])),
    }


def listed() -> Message:
    """Return a list in which somebody's address is wider than a telephone."""
    address = "safeguarding.children.referrals@northmidlandsconstabulary.police.example"
    row = ("SC-100234", "Initial conference", "Friday 20 March 2026, 10am", f"{address}: accepted")
    return compose_list(
        "Who comes from your agency", "", ("Case", "What", "When", "Who comes"), [row, row],
        message_id="01JR", channel="teams", lane=Lane.BULK, made_at=NOW,
        authority_title="Example Council", because="you are invited to a meeting", level=Level.L2, code="KD7Q-24",
    )  # fmt: skip


def show(page: Page, card: str, look: str) -> int:
    """Put a card into the tab as Teams would show it; return how many faults its renderer finds."""
    width, theme = LOOKS[look]
    around, behind = BEHIND[theme]
    text = "#242424" if theme == "light" else "#ffffff"
    page.show(PAGE.format(around=around, behind=behind, text=text), width=width)
    if page.value("typeof AdaptiveCards") == "undefined":
        page.value((OURS / "adaptivecards.min.js").read_text("utf-8") + "; 0")
    host = (OURS / f"hostconfig-microsoft-teams-{theme}.json").read_text("utf-8-sig")
    return int(page.value(RENDER.format(markdown=MARKDOWN, host=host, card=card)))


if __name__ == "__main__":
    sys.exit(main())
