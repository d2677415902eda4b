"""What the tab key reaches on a page: in which order, whether it is seen there, and whether there is a way out."""

from tests.chromium import Page

AT_ONCE = 12  # presses between two looks
LISTEN = """(() => {
    const SHOWN = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const firsts = new Map();  // of a group of radio buttons one is reached, the arrow keys do the rest
    const all = [...document.querySelectorAll(SHOWN)].filter(one => one.checkVisibility() && !one.disabled);
    for (const one of all.filter(one => one.type === "radio"))
        if (one.checked || !firsts.has(one.name)) firsts.set(one.name, one);
    const every = all.filter(one => one.type !== "radio" || firsts.get(one.name) === one);
    const named = one => `${one.tagName.toLowerCase()} ${one.getAttribute("href") || one.name || ""} `
        + (one.textContent || one.id).trim().slice(0, 40);
    const looks = one => [getComputedStyle(one), getComputedStyle(one.nextElementSibling || one, "::before")].map(
        style => [style.outlineStyle, style.outlineWidth, style.boxShadow].join()).join();
    const before = new Map(every.map(one => [one, looks(one)]));
    window.reached = [];
    addEventListener("focusin", event => {
        const one = event.target, at = one.getBoundingClientRect();
        const isInside = at.width && at.height && at.right > 0 && at.left < innerWidth;
        const isSeen = isInside && looks(one) !== before.get(one);
        window.reached.push([every.indexOf(one), isSeen, named(one)]);
    });
    document.activeElement.blur();
    return every.map(named);
})()"""


def faults_of_keys(tab: Page) -> list[str]:
    """Return what keeps somebody from using the shown page with a keyboard alone, a line a fault."""
    every = tab.value(LISTEN)
    reached: list[tuple[int, bool, str]] = []
    for _ in range(0, 3 * len(every) + 3 * AT_ONCE, AT_ONCE):
        for _ in range(AT_ONCE):
            tab.ask("Input.dispatchKeyEvent", type="keyDown", key="Tab", windowsVirtualKeyCode=9)
        reached = tab.value("reached")
        if [at for at, _, _ in reached].count(0) > 1:
            break
    else:
        return ["there is no way out of it, or none into it"]
    places = [at for at, _, _ in reached]
    once = reached[: places.index(0, places.index(0) + 1)]
    order = [at for at, _, _ in once if at >= 0]
    faults = [f"is not reached: {one}" for at, one in enumerate(every) if at not in order]
    faults += ["it is not reached in the order of the page"] if order != sorted(order) else []
    faults += (
        ["it does not begin with the way to the main content"] if "#main" not in once[0][2] else []
    )
    faults += [
        f"is not seen to be reached: {one}" for at, seen, one in once if at >= 0 and not seen
    ]
    return faults
