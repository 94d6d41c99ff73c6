"""The pages for readers: the same in both languages, every link leads somewhere, every setting is explained."""

import re
from importlib.resources import files
from pathlib import Path
from tomllib import loads

import pytest
from pydantic_settings import BaseSettings

from goodword.settings import Settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([^)\s]+))?\)")


def names(model: type[BaseSettings], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseSettings):
            found |= names(kind, f"{prefix}{name}.")
        else:
            assert field.description, f"{prefix}{name} is not explained"
            found.add(prefix + name)
    return found


def test_every_page_is_there_in_both_languages() -> None:
    chinese = {p.relative_to(DOCS / "zh") for p in (DOCS / "zh").rglob("*.md")}
    english = {p.relative_to(DOCS) for p in DOCS.rglob("*.md")} - {Path("zh") / p for p in chinese}
    assert chinese == english


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target, anchor in LINK.findall(text):
        if "://" in target:
            continue
        found = (page.parent / target).resolve()
        assert found.exists(), target
        if anchor and found.suffix == ".md":
            assert anchor in anchors(found.read_text("utf-8")), f"{target}#{anchor}"


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-") for h in heads}


def test_every_setting_is_explained_in_both_languages() -> None:
    chinese = loads(files("goodword.data").joinpath("settings/zh.toml").read_text("utf-8"))["meaning"]
    assert set(chinese) == names(Settings)
    assert all(re.search(r"[\u4e00-\u9fff]", said) for said in chinese.values())
    for folder in ("reference", "zh/reference"):
        page = (DOCS / folder / "settings.md").read_text("utf-8")
        assert all(f"| `{name}` |" in page for name in chinese), "run make docs"
