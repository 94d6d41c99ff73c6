"""Documents: each section a passage with its dates, whatever the format; bad ones are told in one line."""

from datetime import date
from pathlib import Path

import pytest

from goodword.errors import InputError
from goodword.knowledge.documents import given, read
from goodword.knowledge.orders import CsvOrders

MARKDOWN = """---
id: returns
title: Returns
valid_from: 2026-01-01
valid_until: 2026-12-31
market: [us, uk]
---
# Returns

## Time
You have **30 days**.

- Shoes: 14 days
- Hats: [7 days](https://example.com)

## Cost
| where | who |
|---|---|
| US | you |
"""


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_markdown_sections_are_passages_with_headings_and_dates(tmp_path: Path) -> None:
    time, cost = read(write(tmp_path, "returns.en.md", MARKDOWN))
    assert time.passage.text == "You have 30 days.\nShoes: 14 days\nHats: 7 days"
    assert (time.title, time.heading, time.passage.valid_until) == ("Returns", "Time", "2026-12-31")
    assert cost.passage.text == "where; who\nUS; you" and cost.markets == ("us", "uk")


@pytest.mark.parametrize(
    ("day", "market", "holds"),
    [("2025-12-31", "us", False), ("2026-01-01", "us", True), ("2026-12-31", "uk", True), ("2027-01-01", "us", False),
     ("2026-06-01", "cn", False)],
)  # fmt: skip
def test_a_passage_holds_from_its_first_to_its_last_day_in_its_markets(
    tmp_path: Path, day: str, market: str, holds: bool
) -> None:
    held = read(write(tmp_path, "r.en.md", MARKDOWN))[0]
    assert held.holds(date.fromisoformat(day), market) is holds  # type: ignore[arg-type]


def test_html_is_read_without_scripts_and_navigation(tmp_path: Path) -> None:
    page = "<html lang=en><head><style>p{}</style></head><body><nav>Menu</nav><h1>Help</h1><h2>Delivery</h2>" \
           "<p>Three <b>days</b>.</p><script>alert(1)</script><ul><li>EU: 5 days</li></ul></body></html>"  # fmt: skip
    (held,) = read(write(tmp_path, "help.html", page))
    assert held.passage.text == "Three days.\nEU: 5 days" and held.heading.endswith("Delivery")


def test_word_documents_are_read_by_their_headings(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("Garantie und Rückgabe", 1)
    document.add_paragraph("Two years from receipt.")
    document.save(tmp_path / "w.docx")
    (held,) = read(tmp_path / "w.docx")
    assert held.passage.text == "Two years from receipt."


def test_a_broken_pdf_or_word_file_is_told_and_not_raised(tmp_path: Path) -> None:
    for name, data in (("a.pdf", b"%PDF-1.7 nonsense"), ("b.docx", b"PK\x03\x04 nonsense"), ("c.pdf", b"")):
        with pytest.raises(InputError, match="this document cannot be read"):
            read(write(tmp_path, name, data))


def test_faq_lines_keep_their_question_product_and_dates(tmp_path: Path) -> None:
    line = (
        '{"id": "f1", "lang": "zh", "question": "几天？", "answer": "7天。", "sku": "A1", "valid_until": "2026-03-01"}'
    )
    (held,) = read(write(tmp_path, "faq.jsonl", line))
    assert (held.question, held.sku, held.passage.id, held.passage.lang) == ("几天？", "A1", "f1.zh", "zh")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [("x.jsonl", '{"id": 1}', "there is no text"), ("x.jsonl", "{", "not JSON"), ("x.md", "", "has no text"),
     ("x.xyz", "a", "does not read .xyz"), ("y.md", "---\nvalid_from: soon\n---\nhello there", "is no day"),
     ("z.md", "---\nmarket: [mars]\n---\nhello there", "market 'mars' is not known")],
)  # fmt: skip
def test_bad_documents_are_told_in_one_line(tmp_path: Path, name: str, text: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as told:
        read(write(tmp_path, name, text))
    assert name in str(told.value) and "\n" not in str(told.value)


def test_chinese_text_of_old_windows_is_read(tmp_path: Path) -> None:
    (held,) = read(write(tmp_path, "p.txt", "七天内可以退货。".encode("gb18030")))
    assert held.passage.text == "七天内可以退货。" and held.passage.lang == "zh"


def test_a_long_section_is_cut_and_loses_nothing(tmp_path: Path) -> None:
    text = " ".join(f"Sentence number {n} of the manual." for n in range(400))
    held = read(write(tmp_path, "m.md", text))
    assert len(held) > 5 and " ".join(h.passage.text for h in held) == text


def test_a_given_passage_may_be_a_string_or_an_object() -> None:
    assert given("Hello there.", 1).passage.text == "Hello there."
    assert given({"id": "a", "text": "Hi.", "valid_until": "2026-01-01"}, 1).passage.valid_until == "2026-01-01"
    with pytest.raises(InputError, match="passage 3 has no text"):
        given({"id": "a"}, 3)


def test_orders_without_a_column_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no column placed"):
        CsvOrders(write(tmp_path, "o.csv", "order_id,user,status,sku\n1,u,new,A\n"))
