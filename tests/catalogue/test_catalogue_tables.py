"""Encodings, separators, headings, mappings, rejects, workbooks: what a person's own export looks like."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from goodword.catalogue.base import BadRow, CopyText
from goodword.catalogue.encoding import survey
from goodword.catalogue.mapping import role_of, tagged
from goodword.catalogue.read import open_catalogue, read
from goodword.catalogue.table import is_price
from goodword.catalogue.write import write_back
from goodword.errors import InputError, UnknownPlugin
from goodword.types import Record

TABLE = "货号,品名,材质,描述\nA1,棉麻围巾,棉、麻,\nA2,竹筷,竹,\n"


def put(folder: Path, text: str | bytes, name: str = "a.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def skus(path: Path) -> list[str]:
    return [f.sku for f in open_catalogue(path).records() if isinstance(f, Record)]


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"", "utf-8", "utf-8"),
        (b"\xef\xbb\xbf", "utf-8", "utf-8"),
        (b"", "gb18030", "gb18030"),
        (b"", "gbk", "gb18030"),
        (b"\xff\xfe", "utf-16-le", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be", "utf-16-be"),
    ],
)
def test_every_encoding_reads_alike_and_is_written_back_in_kind(
    mark: bytes, codec: str, name: str, tmp_path: Path
) -> None:
    path = put(tmp_path, mark + TABLE.encode(codec))
    assert survey(path).encoding == name
    found = open_catalogue(path)
    assert [(r.sku, r.title) for r in found.records() if isinstance(r, Record)] == [("A1", "棉麻围巾"), ("A2", "竹筷")]
    write_back(found, tmp_path / "out", lambda sku: {"zh": CopyText(text="㐂好𠮷")})
    assert (tmp_path / "out").read_bytes() == mark + TABLE.replace(",\n", ",㐂好𠮷\n").encode(
        codec if codec != "gbk" else "gb18030"
    )


def test_the_encoding_is_told_from_all_of_the_file_and_not_its_first_page(tmp_path: Path) -> None:
    rows = "".join(f"A{n},plain title {n},cotton,\n" for n in range(9_000))
    path = put(tmp_path, ("sku,title,material,description\n" + rows + "Z,竹筷,竹,\n").encode("gb18030"))
    assert survey(path).encoding == "gb18030" and skus(path)[-1] == "Z"


def test_a_few_broken_lines_do_not_turn_utf8_into_gb18030(tmp_path: Path) -> None:
    lines = [f"A{n},棉麻围巾{n},棉,".encode() for n in range(20)]
    lines[7] = b"A7,\xc3\xde\xb5\xc4,x,"
    path = put(tmp_path, b"\n".join(["货号,品名,材质,描述".encode(), *lines]))
    found = list(open_catalogue(path).records())
    assert [f.where.row for f in found if isinstance(f, BadRow)] == [9] and len(found) == 20


def test_western_8_bit_text_is_reported_and_never_read_as_chinese(tmp_path: Path) -> None:
    path = put(tmp_path, "sku,title,description\nA,Fran\xe7ais caf\xe9,\nB,plain,\n", encoding="latin-1")
    found = list(open_catalogue(path).records())
    assert isinstance(found[0], BadRow) and "UTF-8" in found[0].problem and skus(path) == ["B"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_told_from_the_columns(delimiter: str, tmp_path: Path) -> None:
    text = "sku,title,material\nA1,x,wool; 20% silk\nA2,y,z\n".replace(",", "\x00").replace(
        ";", "," if delimiter == ";" else ";"
    )
    assert skus(put(tmp_path, text.replace("\x00", delimiter))) == ["A1", "A2"]


def test_excels_separator_line_is_understood(tmp_path: Path) -> None:
    assert skus(put(tmp_path, "sep=;\nsku;title\nA1;a, b\n")) == ["A1"]


def test_old_line_ends_and_empty_rows_are_read_and_counted(tmp_path: Path) -> None:
    path = put(tmp_path, "sku,title\rA1,x\r\r,\rA2,\r")
    found = list(open_catalogue(path).records())
    assert [f.where.row if isinstance(f, BadRow) else f.source.row for f in found] == [2, 5]


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    path = put(tmp_path, '店铺导出,,\n\nsku,title,note\nA1,x,"three\nlines\nof note"\n,y,\n')
    found = list(open_catalogue(path).records())
    assert isinstance(found[0], Record) and found[0].source.row == 4
    assert isinstance(found[1], BadRow) and (found[1].where.row, found[1].where.field) == (5, "sku")


def test_only_the_row_with_the_broken_quote_is_lost(tmp_path: Path) -> None:
    path = put(tmp_path, 'sku,title\nA1,x\nA2,"y\nA3,z\nA4,"w"\nA5,v\n')
    found = list(open_catalogue(path).records())
    assert [f.where.row if isinstance(f, BadRow) else f.sku for f in found] == ["A1", 3, "A3", "A4", "A5"]


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("货号", "sku"), ("商品编码", "sku"), ("SKU id", "sku"), ("Item No.", "sku"), ("品名", "title"),
        ("Product Name", "title"),
        ("title_en", "title"), ("商品标题（中文）", "title"), ("描述", "description"), ("详情", "description"),
        ("Description_zh", "description"),
        ("品牌", "brand"), ("Vendor", "brand"), ("类目", "category"), ("零售价", "price"),
        ("库存", "stock"), ("主图", "ignore"), ("材质", None),
        ("规格", None), ("Net Weight (g)", None), ("Colour story", None),
    ],
)  # fmt: skip
def test_headings_tell_their_role_in_both_languages(heading: str, role: str | None) -> None:
    assert role_of(heading) == role


@pytest.mark.parametrize(
    ("heading", "bare", "lang"),
    [
        ("title_en", "title", "en"), ("Title (EN)", "Title", "en"), ("品名（英文）", "品名", "en"),
        ("中文品名", "品名", "zh"), ("name-zh-CN", "name", "zh"),
        ("English title", "title", "en"), ("description.zh", "description", "zh"),
        ("screen", "screen", None), ("Length", "Length", None),
        ("净含量", "净含量", None),
    ],
)  # fmt: skip
def test_language_tags_of_headings_are_understood(heading: str, bare: str, lang: str | None) -> None:
    assert tagged(heading) == (bare, lang)


def test_the_guessed_mapping_is_shown_and_a_corrected_one_is_followed(tmp_path: Path) -> None:
    path = put(tmp_path, 'ref,"what ""it"" is",made of,words,sku\nA1,Mug,clay,,9\n')
    shown = open_catalogue(
        path, mapping=put(tmp_path, '[columns.\'what "it" is\']\nrole = "title"\n', "m.toml")
    ).mapping_toml()
    assert '[columns."sku"]\nrole = "sku"' in shown and '[columns."made of"]\nrole = "fact"' in shown
    better = shown
    for heading, guess, wish in (
        ("ref", "fact", 'role = "sku"'),
        ("sku", "sku", 'role = "ignore"'),
        ("words", "fact", 'role = "description"\nlang = "en"'),
        ("made of", "fact", 'role = "fact"\nname = "Material"\nlang = "en"'),
    ):
        head = f'[columns."{heading}"]\n'
        assert f'{head}role = "{guess}"\n' in better
        better = better.replace(f'{head}role = "{guess}"\n', f"{head}{wish}\n")
    found = next(open_catalogue(path, mapping=put(tmp_path, better, "m.toml")).records())
    assert isinstance(found, Record) and (found.sku, found.title) == ("A1", "Mug")
    assert [(f.name, f.value, f.lang, f.source.field) for f in found.fields] == [("Material", "clay", "en", "made of")]


@pytest.mark.parametrize(
    ("toml", "part"),
    [
        ("[columns", "not valid TOML"),
        ("rows = 3", "a mapping has no 'rows'"),
        ('heading_row = "two"', "wrong type"),
        ('[columns."颜色"]\nrole = "fact"', "there is no column '颜色'"),
        ('[columns."材质"]\nrole = "colour"', "there is no role 'colour'"),
        ('[columns."材质"]\nlang = "fr"', "there is no language 'fr'"),
        ('[columns."材质"]\nrole = "sku"', "two columns have the role 'sku'"),
        ('[columns."材质"]\nname = 3', "name must be text"),
        ('[columns."材质"]\nunit = "g"', "role, lang and name only"),
        ('[columns."品名"]\nrole = "ignore"', "no column looks like the product name"),
    ],
)
def test_a_wrong_mapping_is_told_in_one_line(toml: str, part: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        open_catalogue(put(tmp_path, TABLE), mapping=put(tmp_path, toml, "m.toml"))
    assert part in str(error.value) and "\n" not in str(error.value)


def test_a_mapping_for_a_format_that_fixes_its_columns_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "Handle,Title,Vendor\na,b,c\n")
    with pytest.raises(InputError, match="fixed"):
        open_catalogue(path, mapping=put(tmp_path, "", "m.toml"))
    with pytest.raises(UnknownPlugin, match="csv"):
        open_catalogue(path, reader="edi")


def test_the_language_column_tells_the_language_of_each_product(tmp_path: Path) -> None:
    path = put(tmp_path, "sku,title,lang\nA,x,en\nB,y,中文\nC,z,\n")
    assert [r.lang for r in open_catalogue(path).records() if isinstance(r, Record)] == ["en", "zh", None]


@pytest.mark.parametrize(
    "text",
    [
        "12",
        "12.90",
        "1,299.00",
        "1.299,00 €",
        "$19.99",
        "US$ 5",
        "¥199",
        "199元",
        "CNY 129.00",
        "12-15",
        "39.00 USD",
        "人民币 39",
        "£5 each",
        "12~15元",
    ],
)
def test_prices_are_prices(text: str) -> None:
    assert is_price(text)


@pytest.mark.parametrize(
    "text", ["面议", "free", "-5", "call", "12 May", "1O.00", "n/a", "#REF!", "12 + 3", "https://a.example", "~", "元"]
)
def test_what_is_no_price_is_no_price(text: str) -> None:
    assert not is_price(text)


def test_rejects_are_collected_for_a_spreadsheet_in_the_language_asked_for(tmp_path: Path) -> None:
    path = put(tmp_path, "货号,品名,售价\nA1,茶杯,12\nA2,,9\n=cmd|' /C calc'!A0,碗,面议\n")
    good = list(read(path, rejects=tmp_path / "rejects.csv", talk="zh"))
    assert [r.sku for r in good] == ["A1"]
    raw = (tmp_path / "rejects.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [(r["file"], r["row"], r["column"], r["problem"]) for r in rows] == [
        (str(path), "3", "品名", "缺少商品名称"),
        (str(path), "4", "售价", "面议 不是价格"),
    ]
    assert rows[1]["cure"].startswith("请") and rows[1]["raw"].startswith("'=cmd")


def test_no_rejects_file_is_made_where_nothing_was_rejected(tmp_path: Path) -> None:
    assert len(list(read(put(tmp_path, TABLE), rejects=tmp_path / "rejects.csv"))) == 2
    assert not (tmp_path / "rejects.csv").exists()


def test_nothing_half_written_is_left_where_writing_fails(tmp_path: Path) -> None:
    found = open_catalogue(put(tmp_path, TABLE))

    def broken(sku: str) -> dict[str, CopyText]:
        raise RuntimeError(sku)

    (tmp_path / "out").write_text("before")
    with pytest.raises(RuntimeError):
        write_back(found, tmp_path / "out", broken)  # type: ignore[arg-type]
    assert (tmp_path / "out").read_text() == "before" and {p.name for p in tmp_path.iterdir()} == {"a.csv", "out"}
    with pytest.raises(InputError, match="cannot write here"):
        write_back(found, tmp_path / "none" / "out", lambda sku: {})


def test_a_file_that_changed_since_it_was_read_is_not_written_back(tmp_path: Path) -> None:
    path = put(tmp_path, TABLE)
    found = open_catalogue(path)
    path.write_text(TABLE.replace("A2", "A3"))
    with pytest.raises(InputError, match="changed since"):
        write_back(found, tmp_path / "out", lambda sku: {})


def test_a_description_column_is_added_where_there_is_none(tmp_path: Path) -> None:
    found = open_catalogue(put(tmp_path, 'sku,title\r\n"A1",x\r\n,bad\r\nA2,y\r\n'))
    write_back(found, tmp_path / "out", lambda sku: {"en": CopyText(text="Two, words")} if sku == "A1" else {})
    assert (tmp_path / "out").read_bytes() == b'sku,title,description\r\n"A1",x,"Two, words"\r\n,bad,\r\nA2,y,\r\n'


def test_a_workbook_keeps_its_sheets_styles_and_formulas(tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "samples" / "table.xlsx"
    found = open_catalogue(source)
    assert found.mapping and (found.mapping.sheet, found.mapping.heading_row) == ("商品 Products", 3)
    write_back(found, tmp_path / "out.xlsx", lambda sku: {"zh": CopyText(text="=1+1"), "en": CopyText(text="<b>\nx")})
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    sheet = book["商品 Products"]
    assert book.sheetnames == ["说明", "商品 Products", "Empty"]
    assert (sheet["I4"].value, sheet["I4"].data_type, sheet["J5"].value) == ("=1+1", "s", "<b>\nx")
    assert sheet["B4"].font.bold and sheet["E4"].number_format == "0%" and sheet.column_dimensions["A"].width == 22
    assert sheet["A5"].value == 6901234567892


def test_a_workbook_value_reads_as_the_spreadsheet_shows_it() -> None:
    found = next(open_catalogue(Path(__file__).parents[1] / "samples" / "table.xlsx").records())
    assert isinstance(found, Record)
    values = {f.name: f.value for f in found.fields}
    assert values["含棉量"] == "80%" and values["上市日期"] == "2026-11-01" and values["重量(g)"] == "850"


@pytest.mark.parametrize(
    "price",
    ["19.90", "¥1,299", "US$12.99", "A$20", "99元/件", "券后89元", "199元（含税）", "12.99 / kg", "12.50 incl. VAT",
     "1.2万元", "约99元", "$19.99 - $29.99", "9,99 €", "from $5"],
)  # fmt: skip
def test_a_price_in_the_words_of_a_shop_costs_no_product(price: str) -> None:
    assert is_price(price)


@pytest.mark.parametrize("price", ["面议", "-5", "12 May", "free?", "call us", "8折", "ask for 12 pieces"])
def test_what_is_no_price_is_told(price: str) -> None:
    assert not is_price(price)
