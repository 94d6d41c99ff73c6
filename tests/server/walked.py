"""What a screen reader, a keyboard and a strong magnifier need of a page, beyond what axe looks for."""

from pathlib import Path
from typing import Any

_SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8").partition("\n")[2].strip()
_NAMED = frozenset(
    {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "slider", "spinbutton", "progressbar",
     "meter", "dialog", "alertdialog", "tab", "menuitem", "listbox", "switch", "img", "image", "region", "navigation"}
)  # fmt: skip


def _asked(page: Any, name: str) -> Any:
    if not page.evaluate("() => 'walked' in window"):
        page.evaluate(f"() => {{ window.walked = {_SCRIPT} }}")
    return page.evaluate(f"() => window.walked.{name}()")


def rules(page: Any) -> list[str]:
    """What is wrong with headings, landmarks, tables, live regions, language marks and targets."""
    return list(_asked(page, "rules"))


def unnamed(page: Any) -> list[str]:
    """Controls and parts of the accessibility tree that have no name."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    bare = [n for n in nodes if not n.get("ignored") and n.get("role", {}).get("value") in _NAMED]
    return [f"{n['role']['value']} without a name" for n in bare if not n.get("name", {}).get("value", "").strip()]


def tabbed(page: Any, most: int = 400) -> list[str]:
    """What is wrong with the way of the keyboard: each stop once, in order, seen, and none left out."""
    page.evaluate("""() => {
        document.body.tabIndex = -1;
        document.body.focus();
        document.body.removeAttribute("tabindex");
        window.stops = [];
    }""")
    wrong: list[str] = []
    for n in range(most):
        page.keyboard.press("Tab")
        told = _asked(page, "stop")
        if told is None or told["again"]:
            break
        if n == 0 and not told["skip"]:
            wrong.append(f"the first stop is no skip link: {told['html']}")
        if not told["seen"]:
            wrong.append(f"focus that cannot be seen: {told['html']}")
    else:
        wrong.append(f"more than {most} stops")
    return wrong + [f"never reached by keyboard: {html}" for html in _asked(page, "left")]


def overflowing(page: Any) -> list[str]:
    """What makes the page scroll sideways, where it does."""
    return list(_asked(page, "overflowing"))


def moving(page: Any) -> list[str]:
    """What moves although the reader asked for stillness."""
    return list(_asked(page, "moving"))
