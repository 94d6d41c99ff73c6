"""Every message in the person's language: the Chinese catalogue is complete, exact, and used by every command."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
import said  # type: ignore[import-not-found]  # beside this file; pytest finds it there

from goodword.cli.edge import run
from goodword.errors import InputError
from goodword.settings import spoken
from goodword.text.messages import SLOT, Messages, load, put

FOUND = said.harvest()
_ZH = load("zh")
assert _ZH
ZH: Messages = _ZH
# Expressions that hold no message of ours, or one that is read elsewhere by its name; with the reason.
ELSEWHERE = {
    # words of rulings, states and models: said.harvest() takes them from the types and the data
    *(("cli/check.py", e) for e in ("ruling.label", "found.severity")),
    *(("cli/desk.py", e) for e in ("found.state", "f.severity")),
    *(("cli/models.py", e) for e in ("known.use", "weights.verify(m, progress)")),
    *(("cli/tally.py", e) for e in ("result.outcome", "c.error", "failure")),
    *(("cli/demo.py", e) for e in ("failure",)),
    ("cli/forecast.py", "m.basis"),
    ("cli/ledger.py", "found.reason"),
    # typer's words, and the texts of help pages
    ("cli/edge.py", "str(told() if told else error)"),
    *(("cli/pages.py", e) for e in ("english", "english.strip()", "thing.help")),
    ("cli/catalogue.py", "line"),  # the comments of a mapping file
    # an error handed on, which was taken where it was made
    *(("cli/lines.py", e) for e in ("error.what", "error.cure")),
    *(("llm/backends/scripted.py", e) for e in ("act.error",)),
    *(("llm/backends/transformers.py", e) for e in ("self.error",)),
    ("llm/chat.py", "failure.error"),
    ("llm/relay.py", "failed.error"),
    *((f"server/api/{name}.py", "error.what") for name in ("asking", "desk", "ledger", "recall")),
    ("server/api/recall.py", "error.cure"),
    ("store/chain.py", "str(error)"),
    ("jobs/worded.py", "answer.error"),
    # others' words, known as far as they can be: the table `others`
    ("llm/chat.py", "''.join((c if c.isprintable() else ' ' for c in text))[:200].strip()"),
    ("store/engine.py", "message.strip().partition('\\n')[0]"),
    ("catalogue/json_edit.py", "str(problem)"),
}
SHOP = "sku,title,Material\nA1,Mug,stoneware\n,No number,x\n"


@pytest.fixture
def chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, english: None) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("GOODWORD_STORE", "GOODWORD_CONFIG", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GOODWORD_TALK", "zh")
    monkeypatch.setenv("GOODWORD_MODELS", str(tmp_path / "models"))
    (tmp_path / "shop.csv").write_text(SHOP, "utf-8")
    return tmp_path


def known() -> set[str]:
    return {said.plain(t) for t in ZH.templates}


def test_every_message_of_the_code_is_there_in_chinese() -> None:
    names = iter(f"slot{chr(97 + n % 26)}" for n in range(10_000))
    ours = {**FOUND.messages, **FOUND.places}
    missing = [
        json.dumps(re.sub(r"{(!r)?}", lambda s: f"{{{next(names)}{s[1] or ''}}}", t), ensure_ascii=False)
        + f' = ""  # {at}'
        for t, at in ours.items()
        if t not in known()
    ]
    assert not missing, "put these into data/messages/zh/<room>.toml:\n" + "\n".join(missing)


def test_no_message_is_translated_that_is_no_longer_said() -> None:
    others = said.others()
    said_ = {*FOUND.messages, *FOUND.places, *inner()}
    dead = [t for t in ZH.templates if said.plain(t) not in said_ and t not in others]
    assert not dead, "take these out of data/messages/zh/<room>.toml:\n" + "\n".join(dead)


def inner() -> set[str]:
    """The messages within messages: what fills the slots that are translated."""
    return {t for template in ZH.templates for t in _inner(template)[0]}


def _inner(template: str) -> tuple[list[str], list[str]]:
    """What may fill the translated slots of a template: messages, and expressions that cannot be followed."""
    marked = {s[1] for s in SLOT.finditer(ZH.templates[template]) if s[2] == "!t"}
    slots = FOUND.slots.get(said.plain(template), [])
    messages, unknown = [], []
    for slot, name in zip(slots, SLOT.finditer(template), strict=False):
        for expr, scope in slot.module.follow(slot.expr, slot.scope) if name[1] in marked else ():
            made = said.template(expr, scope, slot.module)
            if made:
                messages.append(made[0])
            else:
                unknown.append(f"{slot.module.name}: {said.ast.unparse(expr)}")
    return messages, unknown


def test_every_message_within_a_message_is_there_in_chinese() -> None:
    missing = {m for m in inner() - known() if any(c.isalpha() for c in m.replace("{!r}", ""))}
    assert not missing, "put these into data/messages/zh/<room>.toml:\n" + "\n".join(sorted(missing))


def test_every_message_can_be_followed_to_its_words() -> None:
    lost = {f"{at}: {key}" for key, at in FOUND.unknown.items() if key not in ELSEWHERE}
    assert not lost, lost


def test_what_is_shown_as_it_is_holds_no_words() -> None:
    wordy = [t for t in FOUND.data if re.sub(r"{(!r)?}|MB", "", t).strip(" :·“”[]")]
    assert not wordy, f"say these with talk.say or talk.out: {wordy}"


def test_a_translation_has_the_slots_of_its_message_and_no_other() -> None:
    for english, chinese in ZH.templates.items():
        names = [s[1] for s in SLOT.finditer(english)]
        assert len(names) == len(set(names)), english
        filled = Counter(s[1] for s in SLOT.finditer(chinese))
        # of others' messages a number that helps nobody may be left out: [Errno 2], (char 17)
        assert filled == Counter(names) or (english in said.others() and filled < Counter(names)), english
        assert not re.search(r"[一-鿿”][,.;:?!()](?!html|csv|jsonl|名称|gguf)", chinese), f"full-width marks: {chinese}"


def test_a_value_is_data_and_filled_in_once() -> None:
    tricky = "shop {name} no voice 'x' {why!t}.csv"
    assert put(f"no voice {tricky!r}", "zh") == f"没有文风“{tricky}”"
    assert put(f"{tricky}: read as csv", "zh") == f"{tricky}：按 csv 格式读取"


def test_of_several_templates_the_one_with_most_words_is_meant() -> None:
    m = Messages({"a": {"{x}: {y}": "1 {x} {y}", "{x}: read as {y}": "2 {x} {y}"}})
    assert m.put("a: read as b") == "2 a b"
    assert m.put("a: written as b") == "1 a written as b"


def test_what_is_unknown_stays_in_english_and_space_around_it_stays() -> None:
    assert put("a sentence nobody wrote", "zh") == "a sentence nobody wrote"
    assert put("  Nothing waits.", "zh") == "  没有待审文案。"
    assert put("Nothing waits.", "en") == "Nothing waits."
    assert put("", "zh") == ""


def test_an_error_says_where_what_and_cure() -> None:
    error = InputError("name must be text", where="m.toml, line 4, column 材质", cure="Write en or zh")
    assert ZH.told(error) == "m.toml，第 4 行，“材质”列：name 必须是文本。请填写 en 或 zh"


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_GB"}, "zh"),
        ({"GOODWORD_TALK": "en", "LANG": "zh_CN"}, "en"),
        ({"GOODWORD_TALK": "zh", "LANG": "en_GB"}, "zh"),
        ({"GOODWORD_TALK": "fr", "LANG": "zh_CN"}, "zh"),
    ],
)
def test_the_language_is_the_set_one_else_the_locale(
    environment: dict[str, str], lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert spoken() == lang


def test_the_settings_file_says_the_language_even_if_the_rest_of_it_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "goodword.toml").write_text('talk = "zh"\nchannel = "radio"\n', "utf-8")
    assert run(["desk", "list"]) == 2
    assert "设置项“channel”：只能是 'listing', 'title', 'bullets', 'seo' 或 'social'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["describe", "absent.csv"], 2, "absent.csv：没有这个文件。请检查文件名"),
        (
            ["describe", "shop.csv", "--lang", "fr"],
            2,
            "设置（goodword.toml、GOODWORD_* 或命令行选项）：设置项“langs.0”：只能是 'en' 或 'zh'。",
        ),
        (["describe", "shop.csv", "--voice", "loud"], 2, "没有文风“loud”。请给出 TOML 文件，或选用：plain"),
        (["describe", "shop.csv", "--only", "NOPE"], 2, "shop.csv：没有商品“NOPE”。请查看 sku 列"),
        (["describe", "shop.csv", "--model", "parrot"], 2, "没有名为“parrot”的模型后端。可用：composer"),
        (["describe", "shop.csv", "-o", "x.pdf"], 2, "x.pdf：无法写出“.pdf”。请使用 .html、.csv 或 .jsonl 扩展名"),
        (["describe"], 2, "缺少参数“source”。"),
        (["describe", "shop.csv", "--limit", "0"], 2, "“--limit”的值无效：不得小于 1"),
        (["desk", "approve", "1", "--by", "", "--reason", "x"], 2, "决定需要写明批准人。请加上 --by 姓名"),
        (["desk", "show", "99"], 2, "待办台没有第 99 项。请查看 goodword desk list"),
        (["check", "absent.jsonl"], 2, "absent.jsonl：无法读取：没有该文件或文件夹"),
        (["models", "verify"], 2, "本机没有模型。请运行 goodword models pull"),
        (["fly"], 2, "没有命令“fly”。"),
    ],
)
def test_bad_input_is_told_in_one_line_of_chinese_with_the_same_exit_code(
    chinese: Path, args: list[str], code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(args) == code
    err = capsys.readouterr().err
    assert err.startswith(f"goodword：{told}"), err
    assert len(err.strip().splitlines()) == 1


def test_json_is_the_same_in_every_language(
    chinese: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = []
    for lang in ("zh", "en"):
        monkeypatch.setenv("GOODWORD_TALK", lang)
        monkeypatch.setenv("GOODWORD_STORE", f"{lang}.db")
        code = run(["describe", "shop.csv", "--json"])
        outs.append((code, re.sub(r'"seen": ?"[^"]*"|\d{4}-\d\d-\d\dT[\d:+.]*', "", capsys.readouterr().out)))
    assert outs[0] == outs[1]
    assert outs[0][1].count("\n") == 2


def test_bad_rows_are_collected_in_chinese(chinese: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "shop.csv"]) == 0
    assert "1 个商品：新增事实" in capsys.readouterr().err
    with (chinese / "shop.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["problem"], row["cure"]) == ("缺少商品编号", "请填写“sku”列")


def test_the_summary_and_the_ledger_speak_chinese(chinese: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["describe", "shop.csv", "-o", "r.csv"]) == 0
    assert "共 2 条文案：发布 2，待审 0，拒绝 0；用时" in capsys.readouterr().err
    assert run(["ledger", "verify"]) == 0
    assert capsys.readouterr().out.startswith("完好：共 2 条，链头 ")


@pytest.mark.parametrize("page", ["", "describe", "models pull", "ledger erase", "desk approve", "check"])
def test_help_pages_are_chinese(chinese: Path, page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*page.split(), "--help"]) == 0
    told = capsys.readouterr().out
    assert "用法：goodword" in told and "显示本帮助并退出。" in told
    for english in ("Usage", "OPTIONS]", "Options ", "Arguments", "[required]", "exit."):
        assert english not in told
    run(["ledger", "show", "--help"])
    assert "[默认：20]" in capsys.readouterr().out


def test_help_pages_are_english_again_after_chinese_ones(
    chinese: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["describe", "--help"])
    monkeypatch.setenv("GOODWORD_TALK", "en")
    capsys.readouterr()
    run(["describe", "--help"])
    told = capsys.readouterr().out
    assert "Usage: goodword describe [OPTIONS]" in told and "Options" in told
    assert not re.search("[一-鿿]", told)
