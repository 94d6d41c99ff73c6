"""Every sample in every format: recognised by content, read, given back, and nothing moved but the description."""

import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from goodword.catalogue.base import BadRow, CopyText
from goodword.catalogue.read import Catalogue, open_catalogue, sniff
from goodword.catalogue.write import write_back
from goodword.types import Lang, Mark, Record

SAMPLES = Path(__file__).parents[1] / "samples"
READERS = {
    "table.csv": "csv", "table_zh_bom.csv": "csv", "table_gb18030.csv": "csv", "table_utf16.tsv": "csv",
    "table_bar.txt": "csv",
    "table.xlsx": "xlsx", "table.parquet": "parquet", "table.jsonl": "jsonl", "shopify.csv": "shopify",
    "shopify_2025.csv": "shopify", "woocommerce.csv": "woocommerce", "woocommerce_zh.csv": "woocommerce",
    "merchant.xml": "merchant", "merchant_atom.xml": "merchant", "merchant.txt": "merchant_tsv",
    "schema_org.json": "schema_org", "schema_org_page.html": "schema_org",
}  # fmt: skip
MARK = Mark(text="AI-generated 人工智能生成", metadata='{"AIGC": {"Label": "1"}}')
EN, ZH = 'A "calm" thing, <made> & measured.\nAI-generated.', "做工“扎实”，<实测>&可靠。\n内容由 AI 生成。"
each_sample = pytest.mark.parametrize("name", READERS)


def records(catalogue: Catalogue) -> list[Record]:
    found = list(catalogue.records())
    assert not [f for f in found if isinstance(f, BadRow)]
    return [f for f in found if isinstance(f, Record)]


def told(record: Record) -> tuple[object, ...]:
    """Everything but the description."""
    return record.sku, record.title, record.lang, [(f.name, f.value, f.lang, f.source.field) for f in record.fields]


def english(_sku: str) -> Mapping[Lang, CopyText]:
    return {"en": CopyText(text=EN, mark=MARK)}


def plain_words(text: str) -> str:
    """Words and punctuation of a description, whether it is HTML, escaped, or one line."""
    text = re.sub(r"<p>|</p>", " ", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return " ".join(text.split())


def test_there_is_a_sample_for_every_reader() -> None:
    assert {p.name for p in SAMPLES.iterdir()} == set(READERS)


@each_sample
def test_a_format_is_recognised_by_content_whatever_the_file_is_called(name: str, tmp_path: Path) -> None:
    disguised = tmp_path / "export.dat"
    shutil.copy(SAMPLES / name, disguised)
    assert sniff(disguised) == READERS[name]


@each_sample
def test_every_value_knows_its_file_and_place(name: str) -> None:
    for record in records(open_catalogue(SAMPLES / name)):
        assert record.sku and record.title and record.source.row
        for field in record.fields:
            assert field.source.uri.endswith(name) and len(field.source.sha256) == 64 and field.source.seen
            assert field.source.row and field.source.field and str(field.source.row) in field.source.locator


@each_sample
def test_giving_back_no_texts_changes_nothing(name: str, tmp_path: Path) -> None:
    original, out = SAMPLES / name, tmp_path / "out"
    assert write_back(open_catalogue(original), out, lambda sku: {}) == 0
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(original) as a, zipfile.ZipFile(out) as b:
            assert [(n, a.read(n)) for n in a.namelist()] == [(n, b.read(n)) for n in b.namelist()]
    elif name.endswith(".parquet"):
        import pyarrow.parquet as pq

        assert pq.read_table(original).equals(pq.read_table(out)) and pq.read_schema(original).equals(
            pq.read_schema(out)
        )
    else:
        assert out.read_bytes() == original.read_bytes()


@each_sample
def test_a_filled_catalogue_reads_back_with_its_texts_and_all_else_as_it_was(name: str, tmp_path: Path) -> None:
    before = open_catalogue(SAMPLES / name)
    assert write_back(before, tmp_path / "out", english) == len(records(before))
    after = open_catalogue(tmp_path / "out")
    assert after.reader == READERS[name]
    assert list(map(told, records(after))) == list(map(told, records(before)))
    if name not in {"table.csv", "table.jsonl", "table.xlsx", "schema_org.json"}:  # these have a slot for each language
        assert {plain_words(r.description) for r in records(after)} == {plain_words(EN)}


@each_sample
def test_one_products_text_leaves_every_other_product_alone(name: str, tmp_path: Path) -> None:
    before = open_catalogue(SAMPLES / name)
    first, *rest = records(before)
    assert write_back(before, tmp_path / "out", lambda sku: english(sku) if sku == first.sku else {}) == 1
    after = records(open_catalogue(tmp_path / "out"))
    assert [r.description for r in after[1:]] == [r.description for r in rest]


@each_sample
def test_the_label_for_machines_is_in_the_file_and_is_no_fact(name: str, tmp_path: Path) -> None:
    write_back(open_catalogue(SAMPLES / name), tmp_path / "out", english)
    after = records(open_catalogue(tmp_path / "out"))
    assert not [f for r in after for f in r.fields if "aigc" in f.name.lower() or "AIGC" in f.value]
    assert b"AIGC" in everything(tmp_path / "out", name)


@each_sample
def test_filling_twice_gives_the_same_file_as_filling_once(name: str, tmp_path: Path) -> None:
    write_back(open_catalogue(SAMPLES / name), tmp_path / "once", english)
    write_back(open_catalogue(tmp_path / "once"), tmp_path / "twice", english)
    assert everything(tmp_path / "once", name) == everything(tmp_path / "twice", name)


@each_sample
def test_the_original_is_never_overwritten(name: str, tmp_path: Path) -> None:
    from goodword.errors import InputError

    copy = tmp_path / name
    shutil.copy(SAMPLES / name, copy)
    with pytest.raises(InputError, match="never overwritten"):
        write_back(open_catalogue(copy), copy, english)
    assert copy.read_bytes() == (SAMPLES / name).read_bytes()


def everything(path: Path, name: str) -> bytes:
    """The bytes of a file, unpacked where it is packed."""
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(path) as pack:
            return b"".join(pack.read(n) for n in sorted(pack.namelist()))
    if name.endswith(".parquet"):
        import pyarrow.parquet as pq

        return repr(pq.read_table(path).to_pylist()).encode()
    return path.read_bytes().replace(b"\0", b"")


BILINGUAL = pytest.mark.parametrize("name", ["table.csv", "table.jsonl", "table.xlsx", "schema_org.json"])


@BILINGUAL
def test_each_language_goes_to_its_own_slot(name: str, tmp_path: Path) -> None:
    both: Mapping[Lang, CopyText] = {"zh": CopyText(text="中文文案"), "en": CopyText(text="English copy")}
    write_back(open_catalogue(SAMPLES / name), tmp_path / "out", lambda sku: both)
    content = everything(tmp_path / "out", name).decode("utf-8", "ignore")
    order = {"table.csv": "English copy,中文文案", "table.jsonl": '"en": "English copy", "zh": "中文文案"'}
    assert order.get(name, "English copy") in content and "中文文案" in content
    assert "English copy\n\n中文文案" not in content.split("SO-2")[-1]


def test_two_languages_share_the_only_slot_in_the_order_they_are_asked_for(tmp_path: Path) -> None:
    both: Mapping[Lang, CopyText] = {"zh": CopyText(text=ZH, mark=MARK), "en": CopyText(text=EN, mark=MARK)}
    write_back(open_catalogue(SAMPLES / "table_zh_bom.csv"), tmp_path / "out", lambda sku: both)
    after = records(open_catalogue(tmp_path / "out"))
    assert after[0].description == f"{ZH}\n\n{EN}"
    assert '"{""en"": {""AIGC""' in (tmp_path / "out").read_text("utf-8-sig").replace(
        '""zh"": {""AIGC"": {""Label"": ""1""}}, ', ""
    )
