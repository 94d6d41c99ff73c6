"""Laws of reading and writing that hold for any input."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.catalogue.base import CopyText
from goodword.catalogue.delimited import cut, quoted, respelled, unquoted
from goodword.catalogue.json_edit import applied, dumps, find, insert_member, loads
from goodword.catalogue.read import open_catalogue
from goodword.catalogue.seen import Seen
from goodword.catalogue.write import write_back

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
cells = st.one_of(words, st.sampled_from(['"', '""', ",", "\t", "\n", '"a', 'a"b', "棉,麻", "=1+1", "#REF!", " x "]))
tables = st.lists(st.tuples(cells, cells, cells), max_size=6)
delimiters = st.sampled_from([",", "\t", ";", "|"])
newlines = st.sampled_from(["\n", "\r\n"])
codecs = st.sampled_from(["utf-8", "gb18030", "utf-16-le"])
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), words),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(words, v, max_size=3),
)


@given(
    tables,
    delimiters,
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from(["utf-8", "gb18030", "utf-16-le"]),
)
@settings(max_examples=30, deadline=None)
def test_a_table_given_back_without_texts_is_the_same_to_the_byte(
    rows: list[tuple[str, str, str]], delimiter: str, newline: str, strict: bool, encoding: str
) -> None:
    """Well-formed or not: cells are quoted where `strict`, else written as they are, breaking whatever they break."""
    table = [("sku", "title", "description"), ("A1", "x", ""), *rows]
    text = newline.join(delimiter.join(quoted(c, delimiter) if strict else c for c in r) for r in table)
    raw = {"utf-16-le": b"\xff\xfe"}.get(encoding, b"") + text.encode(encoding)
    with tempfile.TemporaryDirectory() as folder:
        original, out = Path(folder, "a.csv"), Path(folder, "b.csv")
        original.write_bytes(raw)
        write_back(open_catalogue(original, reader="csv"), out, lambda sku: {})
        assert out.read_bytes() == raw


@given(st.binary(max_size=300))
@settings(max_examples=30, deadline=None)
def test_bytes_of_any_kind_after_the_heading_come_back_as_they_were(junk: bytes) -> None:
    raw = b"sku,title,description\nA1,x,\n" + b"A2,y,\n" * 200 + junk
    with tempfile.TemporaryDirectory() as folder:
        original, out = Path(folder, "a.csv"), Path(folder, "b.csv")
        original.write_bytes(raw)
        catalogue = open_catalogue(original, reader="csv")
        assert sum(1 for _ in catalogue.records()) >= 1
        write_back(catalogue, out, lambda sku: {})
        assert out.read_bytes() == raw


@given(words, st.lists(cells, min_size=1, max_size=5), delimiters)
def test_a_filled_cell_reads_back_and_its_neighbours_keep_every_character(
    text: str, row: list[str], delimiter: str
) -> None:
    line = delimiter.join(quoted(c, delimiter) for c in row) + "\r\n"
    changed = respelled(line, delimiter, {0: text}, ["extra"])
    spans, state = cut(changed.removesuffix("\r\n"), delimiter)
    raws = [changed[a:b] for a, b in spans]
    assert state == "whole" and unquoted(raws[0]) == text and raws[-1] == "extra"
    assert [unquoted(r) for r in raws[1:-1]] == row[1:]


@given(st.dictionaries(words, json_values, min_size=1, max_size=4), words, st.sampled_from([None, 2]))
def test_a_member_put_into_an_object_is_the_only_thing_that_changes(
    value: dict[str, object], text: str, indent: int | None
) -> None:
    import json

    source = json.dumps(value, ensure_ascii=False, indent=indent)
    changed = applied(source, [insert_member(source, 0, "\u0001new", dumps(text))])
    assert json.loads(changed) == {**value, "\u0001new": text}
    name = next(iter(value))
    start, end = find(source, [name])
    assert loads(source[start:end]) == loads(json.dumps(value[name]))


@given(st.lists(st.text(max_size=4), max_size=400))
def test_seen_remembers_the_first_row_of_each_text(texts: list[str]) -> None:
    seen, first = Seen(), dict[str, int]()
    for row, text in enumerate(texts, 1):
        assert seen.first(text, row) == first.get(text)
        first.setdefault(text, row)


@pytest.mark.parametrize("start", "=+-@\t＝＋－＠")
def test_generated_text_is_never_a_formula_in_a_spreadsheet(start: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("sku,title,description\nA,x,\n")
    write_back(open_catalogue(tmp_path / "a.csv"), tmp_path / "b.csv", lambda sku: {"en": CopyText(text=f"{start}1+1")})
    assert f"'{start}1+1" in (tmp_path / "b.csv").read_text("utf-8")
