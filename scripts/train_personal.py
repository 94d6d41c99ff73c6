"""Train the tagger of names and addresses in personal data, and write its weights and card.

    pip install faker==40.54.0 python-crfsuite==0.9.12 names==0.3.0 jieba==0.42.1  # of this script only
    python scripts/train_personal.py --data FOLDER [--lang zh|en] [--lists]

FOLDER holds the public sets the card names (weibo-ner-zh, diaasq-zh, cold-zh, asap-sample, webshop-human-goals,
womens-clothing-reviews, banking77, clinc150-oos, contextual-pqa-en, begin). None of their rows enters the repository.
`--lists` writes data/personal/{en_names,en_words,zh_words}.toml anew (needs the Debian package wamerican-small too).
"""

import argparse
import csv
import gzip
import hashlib
import importlib
import io
import json
import os
import pkgutil
import random
import re
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from tomllib import loads
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from goodword.models.personal import LABELS, SCALE, features_en, features_zh, tokens  # noqa: E402

SEED = 20261124
HERE = ROOT / "src" / "goodword" / "data"
SIZES = {"zh": (24000, 9000), "en": (30000, 13000)}  # sentences made, sentences without personal data from the sets
INSERTS = 6000  # sentences of the sets with a name put between two words
SWAPS = 6000  # sentences of the sets with names put in
Piece = tuple[str, str]  # text, label ('' = none)


def table(path: Path) -> dict[str, Any]:
    return loads(path.read_text("utf-8"))


def opened(path: Path) -> io.StringIO:
    """A text file, zipped or not."""
    raw = path.read_bytes()
    return io.StringIO((gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig"), newline=None)


def pick(rng: random.Random, options: Any) -> Any:
    return options[rng.randrange(len(options))]


# ---------------------------------------------------------------- Chinese


class Wares:
    """Makes texts as they stand on product pages, from the words of Goodword's own lexicon."""

    def __init__(self, rng: random.Random, lang: str) -> None:
        self.rng, self.lang = rng, lang
        rows = table(HERE / "lexicon" / "attributes.toml")["attribute"].values()
        self.heads = [h for r in rows for h in r.get("zhheads" if lang == "zh" else "heads", "").split("|") if h]
        concepts = table(HERE / "lexicon" / "concepts.toml")["concept"].values()
        known = HERE / "personal" / "en_words.toml"
        self.dictionary = table(known)["words"].split() if lang == "en" and known.is_file() else []
        self.words = [w for kind in concepts for row in kind.values() if isinstance(row, list)
                      for w in row[1 if lang == "zh" else 0].split("|") if w]  # fmt: skip

    def value(self) -> str:
        rng, zh = self.rng, self.lang == "zh"
        n = rng.randint(1, 3000)
        roll = rng.random()
        if roll < 0.5:
            words = [str(pick(rng, self.words)) for _ in range(rng.randint(1, 4))]
            if not zh and rng.random() < 0.4:
                words = [w.title() for w in words]
            return str(pick(rng, "、，/ ") if zh else pick(rng, [", ", " / ", "; ", " and "])).join(words)
        if roll < 0.62:
            unit = pick(
                rng,
                ["厘米", "cm", "mm", "g", "克", "毫升", "ml", "W", "件", "℃"]
                if zh
                else ["cm", "mm", "g", "ml", "oz", "W", "inches", "pieces"],
            )
            return f"{n}{pick(rng, ['', ' '])}{unit}"
        if roll < 0.74:
            mark = pick(rng, ["×", "x", "*", " x ", "～", "-", "/", "、"])
            return f"{n}{mark}{rng.randint(1, 900)}{mark}{rng.randint(1, 90)}{pick(rng, ['cm', 'mm', '', 'V⎓2A'])}"
        if roll < 0.84:
            return (
                "".join(str(pick(rng, "ABCDEFGHKLMNPRSTVWXZ-")) for _ in range(rng.randint(1, 4)))
                + str(n)
                + str(pick(rng, ["", "-B", "XJ", " Pro", "/A"]))
            )
        if roll < 0.92:
            places = (
                [
                    "浙江",
                    "绍兴",
                    "浙江绍兴",
                    "江苏宜兴",
                    "云南",
                    "新疆",
                    "内蒙古",
                    "韩国",
                    "泰国",
                    "波兰",
                    "越南",
                    "立陶宛",
                    "葡萄牙",
                    "罗马尼亚",
                    "英国苏格兰",
                    "广东佛山",
                    "福建安溪",
                    "法国",
                    "日本",
                    "意大利",
                ]
                if zh
                else [
                    "Portugal",
                    "Lithuania",
                    "Italy",
                    "Vietnam",
                    "Zhejiang, China",
                    "Scotland",
                    "France",
                    "Japan",
                    "Romania",
                    "Poland",
                ]
            )
            return str(pick(rng, places))
        return str(pick(rng, ["春秋", "秋冬", "通用", "均码", "密封冷藏", "手洗", "常规", "S M L XL", "GB/T 22864-2020", "B类", "成人", "男女同款"] if zh else  # noqa: E501
                        ["Machine wash at 30 °C", "One Size", "S, M, L, XL", "Adults", "Dishwasher Safe", "2 Years", "Hand Wash Only", "Made to Order"]))  # fmt: skip  # noqa: E501

    def text(self) -> list[Piece]:
        rng, zh = self.rng, self.lang == "zh"
        mark = str(pick(rng, ["：", ": ", "：", " "] if zh else [": ", " - ", ": "]))
        brand = "".join(
            str(pick(rng, ["Wen", "Rid", "Ket", "Mo", "Lar", "Bel", "Tor", "Nim", "Os", "Ha"]))
            + str(pick(rng, ["moor", "gend", "trick", "vo", "den", "ly", "ra", "wick"]))
            for _ in range(1)
        )
        if not zh and rng.random() < 0.5:
            thing = " ".join(str(pick(rng, self.dictionary)).title() for _ in range(rng.randint(1, 3)))
            frames = [
                "The {} is light.",
                "Our {}, now in {}.",
                "Introducing the {}",
                "{}",
                "{}, {} and {}",
                "{} brings joy to every home. Made to last.",
                "Meet the {}.",
                "with {} and {}",
                "{}. {}.",
                "this {} from the {} range",
                "Add our {} to your day. Enjoy {}.",
                "Discover {} with the {}!",
            ]
            return [
                (
                    re.sub(
                        r"\{\}",
                        lambda _: (
                            " ".join(str(pick(rng, self.dictionary)).title() for _ in range(rng.randint(1, 2)))
                            if rng.random() < 0.5
                            else thing
                        ),
                        str(pick(rng, frames)),
                    ),
                    "",
                )
            ]
        rows = [
            f"{str(pick(rng, self.heads)) if zh else str(pick(rng, self.heads)).capitalize()}{mark}{self.value()}"
            for _ in range(rng.randint(1, 6))
        ]
        if rng.random() < 0.5:
            title = (
                (
                    str(pick(rng, self.words))
                    + str(pick(rng, ["", "男士", "女士", "儿童", "款"]))
                    + str(pick(rng, self.words))
                )
                if zh
                else " ".join(
                    str(pick(rng, self.words if rng.random() < 0.4 else self.dictionary)).title()
                    for _ in range(rng.randint(1, 4))
                )
            )
            rows.insert(0, f"{brand} {title}")
        return [(str(pick(rng, ["\n", "，" if zh else ", ", "。" if zh else ". ", " "])).join(rows), "")]


class Chinese:
    """Makes Chinese sentences with names and addresses."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.recipe = table(ROOT / "scripts" / "personal_zh.toml")
        self.names = table(HERE / "personal" / "zh_names.toml")
        self.places = table(HERE / "personal" / "zh_places.toml")
        self.lists = {k: v.split() for k, v in self.recipe.items() if isinstance(v, str)}
        self.common = frozenset(table(HERE / "personal" / "zh_words.toml")["words"].split(" "))
        surnames = self.names["surnames"]
        self.surnames, self.weights = list(surnames), [1 / (i + 6) for i in range(len(surnames))]

    def given(self) -> str:
        g, rng = self.names["given"], self.rng
        roll = rng.random()
        if roll < 0.27:
            return str(pick(rng, g))
        if roll < 0.33:
            return str(pick(rng, g)) * 2
        if roll < 0.36:
            return str(pick(rng, self.lists["words"]))[-2:]
        return str(pick(rng, g)) + str(pick(rng, g))

    def surname(self) -> str:
        if self.rng.random() < 0.05:
            return str(pick(self.rng, self.names["compound"]))
        return self.rng.choices(self.surnames, self.weights)[0]

    def name(self) -> str:
        roll, rng = self.rng.random(), self.rng
        if roll < 0.03:
            return str(pick(rng, self.lists["words"]))
        if roll < 0.05:
            return "·".join(
                "".join(
                    str(
                        pick(
                            rng,
                            "阿迪力古丽买提娜亚克比尔沙热木江卓玛才让扎西罗布旺姆其格巴特尔塔拉汗别克肖开提努尔艾合麦安妮乔治马丁露西杰森",
                        )
                    )
                    for _ in range(rng.randint(2, 4))
                )
                for _ in range(2)
            )
        if roll < 0.10:
            return str(pick(rng, self.names["given"])) * 2
        if roll < 0.14:
            return str(pick(rng, "小阿")) + str(pick(rng, self.names["given"]))
        made = self.surname() + self.given()
        return made if made not in self.common or rng.random() < 0.2 else self.name()

    def titled(self) -> str:
        rng = self.rng
        roll = rng.random()
        if roll < 0.5:
            return self.surname() + str(pick(rng, self.lists["titles"]))
        if roll < 0.65:
            return self.surname() + str(pick(rng, self.names["short_title"]))
        if roll < 0.85:
            return str(pick(rng, "小老阿")) + self.surname()
        return self.surname() + self.given() + str(pick(rng, self.lists["titles"][:8]))

    def number(self, top: int) -> str:
        return str(self.rng.randint(1, top))

    def road(self) -> str:
        rng = self.rng
        root = str(pick(rng, self.lists["roots"])) if rng.random() < 0.75 else self.random_word()
        root += str(pick(rng, ["", "", "", "东", "西", "南", "北", "中", "一", "二", "三"]))
        return root + str(pick(rng, ["路"] * 8 + ["街", "大道", "大街", "巷", "胡同", "道", "弄", "里"])) + str(
            pick(rng, [""] * 8 + ["东段", "南段", "一段", "三段", "四段"]))  # fmt: skip

    def random_word(self) -> str:
        return "".join(str(pick(self.rng, self.names["given"])) for _ in range(self.rng.randint(1, 3)))

    def house(self) -> str:
        return self.number(1999) + str(pick(self.rng, ["号"] * 9 + ["弄", "-1号", "甲号", "附2号", "号院", "之3号"]))

    def estate(self) -> str:
        rng = self.rng
        root = str(pick(rng, self.lists["estates"])) if rng.random() < 0.7 else self.random_word()
        root += str(pick(rng, ["", "", "", str(pick(rng, self.lists["estates"])), "100", "一号", "1号"]))
        tail = [
            "小区",
            "花园",
            "家园",
            "公寓",
            "苑",
            "园",
            "城",
            "府",
            "湾",
            "庭",
            "新村",
            "大厦",
            "广场",
            "中心",
            "国际",
            "写字楼",
            "科技园",
            "产业园",
            "创意园",
            "大学",
            "学院",
            "中学",
            "医院",
            "工业园",
            "国际中心",
            "时代广场",
            "名苑",
            "佳园",
            "雅居",
            "公馆",
            "社区",
            "小镇",
            "新城",
            "商城",
            "市场",
            "宿舍",
        ]
        return (
            root
            + str(pick(rng, tail))
            + str(pick(rng, [""] * 6 + ["一期", "二期", "三期", "A区", "南区", "北区", "东区", "四区"]))
        )

    def unit(self) -> str:
        rng, n = self.rng, self.number
        block = pick(
            rng,
            [
                lambda: n(60) + str(pick(rng, ["号楼", "栋", "幢", "座", "#"])),
                lambda: str(pick(rng, "ABCDEFab")) + str(pick(rng, ["座", "栋", "塔", "楼", "区" + n(9) + "栋"])),
                lambda: str(pick(rng, ["东塔", "西塔", "南楼", "北楼", "主楼"])),
                lambda: (
                    str(pick(rng, "ABCRT"))
                    + n(9)
                    + str(pick(rng, ["", "-" + str(pick(rng, "ABC"))]))
                    + str(pick(rng, ["座", "栋", "楼"]))
                ),
                lambda: "",
            ],
        )()
        door = pick(
            rng,
            [
                lambda: n(6) + "单元" + n(3300) + str(pick(rng, ["", "室"])),
                lambda: n(3300) + str(pick(rng, ["室", "", "房", "户"])),
                lambda: n(33) + str(pick(rng, ["楼", "层"])),
                lambda: n(33) + "层" + n(3300),
                lambda: "-" + n(6) + "-" + n(3300),
                lambda: str(pick(rng, "一二三四五六七八九十")) + str(pick(rng, ["楼", "层", "单元"])),
                lambda: n(5) + "单元",
                lambda: "",
            ],
        )()
        return str(block) + str(door)

    def address(self) -> str:
        rng = self.rng
        roll = rng.random()
        pick_place = lambda k: str(pick(rng, self.places[k]))  # noqa: E731
        head = ""
        if rng.random() < 0.5:
            head = pick_place("provinces") + str(pick(rng, ["省", "", "", "市"])) if rng.random() < 0.5 else ""
            head += pick_place("cities") + str(pick(rng, ["市", "市", ""]))
        if rng.random() < 0.6:
            head += (
                str(pick(rng, self.lists["districts"]))
                if rng.random() < 0.8
                else self.random_word() + str(pick(rng, ["区", "县", "市"]))
            )
        if rng.random() < 0.2:
            head += str(pick(rng, self.lists["towns"]))
        mark = str(pick(rng, [""] * 8 + [" "]))
        if roll < 0.40:
            body = self.road() + self.house() + mark + (self.estate() if rng.random() < 0.6 else "") + self.unit()
        elif roll < 0.62:
            body = self.estate() + mark + (self.unit() or "3栋")
        elif roll < 0.68:
            body = self.unit() or "7栋2单元"
            head = head if rng.random() < 0.2 else ""
            body += str(pick(rng, ["", "", "", "丰巢柜", "前台", "门口", "快递柜", "驿站"]))
        elif roll < 0.76:
            body = (
                str(pick(rng, self.lists["towns"])) * (rng.random() < 0.5)
                + self.random_word()
                + str(pick(rng, ["村", "屯", "庄", "寨"]))
                + str(
                    pick(
                        rng,
                        [
                            "",
                            self.number(20) + "组",
                            self.number(200) + "号",
                            str(pick(rng, "一二三四五六")) + "组" + self.number(99) + "号",
                            "村委会",
                        ],
                    )
                )
            )
            head = head or str(pick(rng, self.lists["towns"]))
        elif roll < 0.84:
            body = self.estate() + str(
                pick(
                    rng,
                    [
                        "菜鸟驿站",
                        "丰巢柜",
                        "门卫室",
                        "传达室",
                        "前台",
                        "物业",
                        "南门",
                        "1号门",
                        "宿舍" + self.number(30) + "号楼",
                        "图书馆",
                        "校区" + self.number(20) + "栋",
                    ],
                )
            )
            head = head or str(pick(rng, self.lists["districts"]))
        elif roll < 0.93:
            body = (
                self.road() + str(pick(rng, ["与" + self.road() + "交叉口", self.estate(), self.house()])) + self.unit()
            )
        else:
            body = self.estate() + self.unit()
            head = head or str(pick(rng, self.lists["districts"]))
        if rng.random() < 0.04:
            head = str(
                pick(
                    rng,
                    [
                        "台北市大安区",
                        "新北市板桥区",
                        "台中市西屯区",
                        "高雄市左营区",
                        "香港九龙旺角",
                        "香港新界沙田",
                        "香港铜锣湾",
                        "澳门氹仔",
                    ],
                )
            )
            body = self.road() + self.house() + str(pick(rng, ["7楼之2", "3楼", "A座12楼", "15楼B室", ""]))
        gap = str(pick(rng, [""] * 9 + [" "]))
        return head + gap + body if head else body

    def phone(self) -> str:
        n = "1" + str(pick(self.rng, "3578")) + "".join(str(self.rng.randint(0, 9)) for _ in range(9))
        return str(pick(self.rng, [n, n, n, f"{n[:3]} {n[3:7]} {n[7:]}", f"{n[:3]}-{n[3:7]}-{n[7:]}", f"0571-{n[:8]}"]))

    def slot(self, key: str) -> Piece:
        rng = self.rng
        match key:
            case "n":
                return self.name(), "PER"
            case "t":
                return self.titled(), "PER"
            case "a":
                return self.address(), "ADR"
            case "l":
                first, last = (
                    pick(rng, ["Wei", "Li", "Fang", "Min", "Jun", "Xiaoming", "Yuting", "Jiahao", "Lei"]),
                    pick(rng, ["Zhang", "Wang", "Li", "Chen", "Liu", "Zhao"]),
                )
                name = str(pick(rng, [f"{first} {last}", f"{last} {first}"]))
                return (name.upper() if rng.random() < 0.5 else name), "PER"
            case "p":
                return self.phone(), ""
            case "o" | "k":
                return str(pick(rng, ["", "", "SF", "YT", "JD"])) * (key == "k") + str(rng.randint(10**11, 10**17)), ""
            case "e":
                return f"{pick(rng, ['wang', 'li88', 'zx_1990'])}@{pick(rng, ['163.com', 'qq.com', 'gmail.com'])}", ""
            case "d":
                return str(pick(rng, [f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日", "昨天", "上周五", "双十一"])), ""
            case "c":
                return str(pick(rng, self.lists["cities"])), ""
        return str(pick(rng, self.lists["products"])), ""

    def sentence(self, template: str) -> list[Piece]:
        out: list[Piece] = []
        for part in re.split(r"(\{\w\})", template):
            out.append(self.slot(part[1]) if re.fullmatch(r"\{\w\}", part) else (part, ""))  # noqa: PERF401
        if self.rng.random() < 0.15:  # people drop the marks
            out = [(re.sub(r"[，：:。]", str(pick(self.rng, [" ", ""])), t) if not k else t, k) for t, k in out]
        return out

    def text(self) -> list[Piece]:
        rng = self.rng
        out: list[Piece] = []
        for _ in range(pick(rng, [1, 1, 1, 2, 2, 3])):
            if rng.random() < 0.12:
                made = f"{pick(rng, self.lists['who'])}{{n}}{pick(rng, self.lists['does'])}"
                out += self.sentence(made.replace("_", ""))
                continue
            kind = "quiet" if rng.random() < 0.38 else "templates"
            out += self.sentence(str(pick(rng, self.recipe[kind])))
            out.append((str(pick(rng, ["，", "。", "！", " ", "\n", "？", ""])), ""))
        return out


def background_zh(data: Path, rng: random.Random) -> Iterator[list[tuple[str, str]]]:
    """Sentences of the sets, as (character, label)."""
    lines: list[str] = []
    for row in json.loads(opened(data / "ship/diaasq-zh/train.json.gz").read()):
        lines += [re.sub(r"(?<![a-zA-Z]) | (?![a-zA-Z])", "", s) for s in row["sentences"]]
    cold = csv.DictReader(opened(data / "ship/cold-zh/train.csv.gz"))
    lines += [r["TEXT"] for r in cold][:2000]
    for row in csv.DictReader(opened(data / "ship/asap-sample/train_sample.csv")):
        lines += re.split(r"(?<=[。！])", row.get("review", ""))
    surnames = table(HERE / "personal" / "zh_names.toml")
    doubtful = re.compile(
        rf"[{surnames['surnames'][:60]}][一-龥]?(?:{'|'.join(surnames['title'])})|叫[一-龥]{{2,3}}[，。]|[路街]\d+号"
    )
    lines = [s.strip() for s in lines if 4 <= len(s.strip()) <= 120 and not doubtful.search(s)]
    rng.shuffle(lines)
    for line in lines[: SIZES["zh"][1]]:
        yield [(c, "O") for c in line]


def weibo(data: Path) -> Iterator[list[tuple[str, str]]]:
    """Posts of Weibo-NER with the names of persons; places there are too coarse to be addresses."""
    post: list[tuple[str, str]] = []
    path = data / "ship/weibo-ner-zh/weiboNER_2nd_conll.train.gz"
    for line in opened(path):
        if not line.strip():
            if post:
                yield post
            post = []
            continue
        char, label = line.rstrip("\n").split("\t")
        post.append((char[0], label[:2] + "PER" if label.endswith("PER.NAM") else "O"))


# ---------------------------------------------------------------- English


def latin_locales() -> list[Any]:
    from faker.providers import person

    return [
        importlib.import_module(f"faker.providers.person.{m.name}").Provider
        for m in pkgutil.iter_modules(person.__path__)
    ]


def latin(words: Any) -> set[str]:
    found = set()
    for name in words:
        for word in re.split(r"[\s-]+", str(name)):
            if (
                len(word) > 1
                and all("LATIN" in unicodedata.name(c, "") or c in "'’" for c in word)
                and word[0].isupper()
            ):
                found.add(word)
    return found


def part(word: str) -> str:
    """Which part of the lists of `faker` a name is in: listed for the tagger, only trained on, or only ever tested."""
    return ("listed", "listed", "trained", "tested")[hashlib.sha256(word.lower().encode()).digest()[0] % 4]


def faker_names() -> tuple[set[str], set[str]]:
    first: set[str] = set()
    last: set[str] = set()
    for provider in latin_locales():
        for key in dir(provider):
            found = getattr(provider, key)
            if key.startswith("first_names") and not isinstance(found, property):
                first |= latin(found)
            if key.startswith("last_names") and not isinstance(found, property):
                last |= latin(found)
    return first, last


def write_words() -> None:
    """data/personal/zh_words.toml."""
    import jieba

    rows = [r.split() for r in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()]
    rows = [r for r in rows if 2 <= len(r[0]) <= 3 and re.fullmatch("[一-龥]+", r[0]) and not r[2].startswith("nr")]
    rows.sort(key=lambda r: (-int(r[1]), r[0]))
    own = [w for w in Wares(random.Random(SEED), "zh").words if re.fullmatch("[一-龥]{2,3}", w)]  # noqa: S311
    own += table(ROOT / "scripts" / "personal_zh.toml")["no_names"].split()
    words = {r[0] for r in rows[:40000]} | {w for w in own if len(w) > 1}
    text = "\n".join((
        "# Common Chinese words of two or three characters, no names of persons among them: features of the tagger.",
        "# Source: the dictionary of the package `jieba` 0.42.1 (MIT licence), its 40,000 most frequent, read 2026-11-24 by",  # noqa: E501
        "# scripts/train_personal.py; and words of Goodword's own lexicon.", "version = 1", f'words = "{" ".join(sorted(words))}"', ""))  # fmt: skip  # noqa: E501
    (HERE / "personal" / "zh_words.toml").write_text(text, "utf-8")


def common_words(data: Path) -> list[str]:
    """Words that people write small in the middle of a sentence."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in sentences_en(data):
        for word in re.findall(r"(?<=[a-z,] )[A-Za-z]{2,}", line):
            counts[word.lower()][word[0].isupper()] += 1
    for word in Wares(random.Random(SEED), "en").words:  # noqa: S311
        for bare in re.findall(r"[a-z]{3,}", word):
            counts[bare][0] += 3
    return sorted(w for w, (small, big) in counts.items() if small >= 3 and small > 4 * big)


def sentences_en(data: Path) -> Iterator[str]:
    """Sentences of the sets that keep capitals."""
    ship = data / "ship"
    for row in csv.DictReader(opened(ship / "womens-clothing-reviews/reviews.csv.gz")):
        yield from re.split(r"(?<=[.!?])\s+", row["Review Text"] or "")
    for row in csv.DictReader(opened(ship / "banking77/train.csv.gz")):
        yield row["text"]
    for name in ("begin_dev_wow.tsv", "begin_dev_tc.tsv.gz", "begin_dev_cmu.tsv.gz"):
        path = ship / "begin" / name
        stream = opened(path)
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = f"{row['knowledge']} {row['message']}"
            text = re.sub(r" (?=[.,!?;:')])|(?<=[($]) ", "", text).replace(" n't", "n't")
            yield from re.split(r"(?<=[.!?])\s+", text)


def write_common(data: Path, dictionary: Path) -> None:
    """data/personal/en_words.toml."""
    words = {w for w in dictionary.read_text("utf-8").split() if re.fullmatch("[a-z]{3,}", w)} | set(common_words(data))
    text = "\n".join((
        "# English words that are written small: features of the tagger, and no names unless it is sure.",
        "# Source: the size 'small' of SCOWL (package wamerican-small; Copyright 2000-2011 by Kevin Atkinson: permission to use, copy,",  # noqa: E501
        "# modify, distribute and sell these word lists is granted without fee, provided that this copyright notice and permission",  # noqa: E501
        "# notice appear in all copies; no warranty), and words of Goodword's own lexicon; read 2026-11-24 by",
        "# scripts/train_personal.py.", "version = 1", f'words = "{" ".join(sorted(words))}"', ""))  # fmt: skip
    (HERE / "personal" / "en_words.toml").write_text(text, "utf-8")


def write_lists() -> None:
    """data/personal/en_names.toml."""
    import names

    folder = Path(names.__file__).parent
    census = lambda f, n: {r.split()[0].capitalize() for r in (folder / f).read_text().splitlines()[:n] if r.strip()}  # noqa: E731
    first, last = faker_names()
    first = (
        {w for w in first if part(w) == "listed"} | census("dist.female.first", 4275) | census("dist.male.first", 1219)
    )
    last = {w for w in last if part(w) == "listed"} | census("dist.all.last", 12000)
    street = "street st road rd avenue ave lane ln drive dr boulevard blvd court ct close way place pl terrace square sq crescent gardens grove park row mews hill parkway pkwy highway hwy circle cir trail apt apartment suite unit flat floor po box house plaza straße strasse platz weg allee gasse rue avenue boulevard chemin impasse quai via viale piazza corso calle avenida plaza carrer rua travessa straat laan gracht weg plein gata gatan vägen vej gade vei ulica utca katu tie"  # noqa: E501
    text = "\n".join((
        "# Given names and surnames in Latin letters, and words for streets: features of the tagger, never a verdict by themselves.",  # noqa: E501
        "# Source: lists of the United States Census of 1990 (public domain, by way of the package `names`) and half of the lists",  # noqa: E501
        "# of the package `faker` (MIT licence), read 2026-11-24 by scripts/train_personal.py.", "version = 1",
        f'first = "{" ".join(sorted({w.lower() for w in first}))}"', f'last = "{" ".join(sorted({w.lower() for w in last}))}"',  # noqa: E501
        f'street = "{street}"', ""))  # fmt: skip
    (HERE / "personal" / "en_names.toml").write_text(text, "utf-8")


class English:
    """Makes English sentences with names and addresses of many countries."""

    def __init__(self, rng: random.Random) -> None:
        from faker import Faker

        self.rng = rng
        self.recipe = table(ROOT / "scripts" / "personal_en.toml")
        first, last = faker_names()
        lists = table(HERE / "personal" / "en_names.toml")
        self.first = sorted(w for w in first if part(w) != "tested")
        self.last = sorted(w for w in last if part(w) != "tested")
        self.common = {k: [w.capitalize() for w in lists[k].split()] for k in ("first", "last")}
        locales = [
            "en_US",
            "en_GB",
            "en_AU",
            "en_CA",
            "de_DE",
            "fr_FR",
            "es_ES",
            "it_IT",
            "nl_NL",
            "sv_SE",
            "da_DK",
            "pl_PL",
            "pt_BR",
            "cs_CZ",
            "no_NO",
            "fi_FI",
            "en_IN",
            "hu_HU",
            "fr_CH",
            "es_MX",
        ]
        self.fakes = [Faker(code) for code in locales]
        for fake in self.fakes:
            fake.seed_instance(rng.randrange(2**31))

    def given(self) -> str:
        return str(pick(self.rng, self.first if self.rng.random() < 0.6 else self.common["first"]))

    def surname(self) -> str:
        rng = self.rng
        last = lambda: str(pick(rng, self.last if rng.random() < 0.5 else self.common["last"]))  # noqa: E731
        roll = rng.random()
        if roll < 0.05:
            return f"{last()}-{last()}"
        if roll < 0.08:
            return (
                str(pick(rng, ["van der ", "van ", "de ", "Al-", "O'", "Mc", "von ", "el-", "da ", "bin ", "St. "]))
                + last()
            )
        return last()

    def name(self) -> str:
        rng = self.rng
        roll = rng.random()
        if roll < 0.1:
            return f"{self.given()} {pick(rng, 'ABCDEFGHJKLMNPRSTW')}{pick(rng, ['.', ''])} {self.surname()}"
        if roll < 0.13:
            return f"{pick(rng, 'ABCDEFGHJKLMNPRSTW')}. {self.surname()}"
        if roll < 0.19:
            return f"{self.given()} {self.given()} {self.surname()}"
        if roll < 0.23:
            return f"{self.given()}-{self.given()} {self.surname()}"
        if roll < 0.26:
            return f"{self.given()} {self.surname()} {self.surname()}"
        return f"{self.given()} {self.surname()}"

    def case(self, name: str) -> str:
        roll = self.rng.random()
        return name.lower() if roll < 0.04 else name.upper() if roll < 0.07 else name

    def titled(self) -> str:
        rng = self.rng
        title = pick(
            rng,
            [
                "Mr",
                "Mrs",
                "Ms",
                "Miss",
                "Dr",
                "Mr.",
                "Mrs.",
                "Ms.",
                "Dr.",
                "Prof.",
                "Professor",
                "Sir",
                "Madam",
                "Auntie",
                "Uncle",
                "Grandma",
            ],
        )
        return f"{title} {pick(rng, [self.surname(), self.surname(), self.name()])}"

    def address(self) -> str:
        rng = self.rng
        fake = pick(rng, self.fakes)
        n = rng.randint(1, 2500)
        english = pick(rng, self.fakes[:4])
        street = str(english.street_name())
        own = f"{pick(rng, self.common['last'])} {pick(rng, ['Street', 'St', 'St.', 'Road', 'Rd', 'Rd.', 'Avenue', 'Ave', 'Lane', 'Drive', 'Dr', 'Close', 'Court', 'Way', 'Place', 'Terrace', 'Crescent', 'Gardens', 'Blvd', 'Park', 'Row', 'Hill', 'Square', 'Grove'])}"  # noqa: E501
        line = str(
            pick(
                rng,
                [
                    f"{n} {street}",
                    f"{n} {own}",
                    f"{n}{pick(rng, ['', 'A', 'b'])} {pick(rng, ['N', 'S', 'E', 'W', 'North', 'Old', 'Upper'])} {own}",
                    str(fake.street_address()),
                    str(fake.street_address()),
                    f"{fake.street_name()} {n}",
                    f"{n} {fake.street_name()}",
                    f"PO Box {n}",
                    f"Flat {rng.randint(1, 60)}, {n} {own}",
                    f"Apt. {n}, {n} {own}",
                    f"Unit {rng.randint(1, 60)} {own}",
                    f"{own} {n}",
                ],
            )
        )
        sep = str(pick(rng, [", ", ", ", ", ", "\n", " ", "\n "]))
        second = str(
            pick(
                rng,
                [
                    "",
                    "",
                    "",
                    f"Apt {n}",
                    f"Suite {n}",
                    f"Apt. {n % 99}B",
                    f"Floor {n % 30}",
                    f"Flat {n % 50}",
                    f"#{n % 300}",
                ],
            )
        )
        city = str(fake.city())
        code = str(pick(rng, [fake.postcode(), english.postcode(), self.fakes[1].postcode()]))
        state = str(pick(rng, ["", "", self.fakes[0].state_abbr(), self.fakes[0].state(), "NSW", "ON", "Kent"]))
        country = str(
            pick(
                rng,
                [
                    "",
                    "",
                    "",
                    "",
                    "",
                    "United Kingdom",
                    "USA",
                    "Germany",
                    "France",
                    "Australia",
                    str(fake.current_country()),
                ],
            )
        )
        tail = str(
            pick(
                rng,
                [
                    f"{city}",
                    f"{city}{sep}{code}",
                    f"{city}, {state} {code}",
                    f"{code} {city}",
                    f"{city} {code}",
                    f"{city}{sep}{state}{sep}{code}",
                    f"{city}{sep}{country} {code}",
                ],
            )
        )
        parts = [line, second, tail if rng.random() < 0.75 else "", country if rng.random() < 0.3 else ""]
        text = sep.join(p.replace("\n", ", ") if sep != "\n" else p for p in parts if p.strip())
        text = re.sub(r"[ ]{2,}", " ", re.sub(r"(?:, )+,", ",", text)).strip(" ,\n")
        return text.lower() if rng.random() < 0.07 else text

    def slot(self, key: str) -> Piece:
        rng, fake = self.rng, self.fakes[rng_index(self.rng)]
        makers: dict[str, Callable[[], Piece]] = {
            "n": lambda: (self.case(self.name()), "PER"), "f": lambda: (self.case(self.given()), "PER"),
            "s": lambda: (self.surname(), "PER"), "t": lambda: (self.titled(), "PER"), "a": lambda: (self.address(), "ADR"),  # noqa: E501
            "r": lambda: (str(self.fakes[rng.randrange(4)].street_name()), "ADR"),
            "z": lambda: (str(self.fakes[1].postcode()), "ADR"),
            "p": lambda: (str(fake.phone_number()), ""), "e": lambda: (str(fake.email()), ""),
            "o": lambda: (str(pick(rng, ["#", "", "SO-", "A1-"])) + str(rng.randint(10**4, 10**12)), ""),
            "c": lambda: (str(pick(rng, self.recipe["cities"].split("|"))) if rng.random() < 0.7 else str(fake.city()), ""), "k": lambda: (str(self.fakes[0].country()), ""),  # noqa: E501
            "g": lambda: (str(pick(rng, [f"{self.surname()} {pick(rng, ['Ltd', 'Inc', 'GmbH', 'Group', 'Brothers', 'and Sons', '& Co', 'Records', 'Bank', 'Stores', 'Holdings', 'Foods'])}", f"{pick(rng, ['Acme', 'Nordic', 'Blue River', 'Global', 'United', 'First', 'Summit', 'Orion', 'Vertex', 'Delta', 'Harbour', 'Evergreen'])} {pick(rng, ['Systems', 'Foods', 'Energy', 'Partners', 'Media', 'Airlines', 'Motors', 'Corporation', 'University', 'Hospital'])}", "Sony", "Walmart", "HSBC", "Samsung", "Amazon", "Tesco", "IKEA", "UPS", "Siemens", "EMI"])), ""),  # noqa: E501
            "d": lambda: (str(pick(rng, [str(fake.date()), "Monday", "12 March", "June 4th", "last Friday", "02/03/2026", "March 2025"])), ""),  # noqa: E501
            "y": lambda: (str(rng.randint(1950, 2026)), ""), "j": lambda: (str(self.fakes[0].job()), ""),
            "l": lambda: (str(pick(rng, ["Ltd", "LLC", "Inc", "GmbH", "PLC", "S.A.", "AB", "Group", "ApS", "s.r.o.", "KG", "S.p.A.", "B.V.", "Oy", "and Sons"])), ""),  # noqa: E501
        }  # fmt: skip
        if key in makers:
            return makers[key]()
        product = str(pick(rng, self.recipe["products"].split("|")))
        return (product.upper() if key == "W" else product), ""

    def sentence(self, template: str) -> list[Piece]:
        out = [self.slot(p[1]) if re.fullmatch(r"\{\w\}", p) else (p, "") for p in re.split(r"(\{\w\})", template)]
        roll = self.rng.random()
        if roll < 0.06:
            out = [(t.lower(), k) for t, k in out]
        elif roll < 0.08:
            out = [(t.upper(), k) for t, k in out]
        return out

    def text(self) -> list[Piece]:
        rng = self.rng
        out: list[Piece] = []
        for _ in range(pick(rng, [1, 1, 1, 2, 2, 3])):
            if rng.random() < 0.12:
                made = f"{pick(rng, self.recipe['who'].split('|'))}{{f}} {pick(rng, self.recipe['does'].split('|'))}"
                out += self.sentence(made)
                continue
            kind = "quiet" if rng.random() < 0.35 else "templates"
            out += self.sentence(str(pick(rng, self.recipe[kind])))
            out.append((str(pick(rng, [" ", ". ", "\n", "! ", "? ", "\n\n"])), ""))
        return out


def rng_index(rng: random.Random) -> int:
    return rng.randrange(4)


def background_en(data: Path, rng: random.Random) -> Iterator[str]:
    """Sentences of the sets, which name nobody."""
    ship = data / "ship"
    lines: list[str] = json.loads(opened(ship / "webshop-human-goals/human_goals.json.gz").read())[:3000]
    lines = [str(x) for x in lines]
    for row in csv.DictReader(opened(ship / "womens-clothing-reviews/reviews.csv.gz")):
        lines += re.split(r"(?<=[.!?])\s+", row["Review Text"] or "")[:3] if len(lines) < 12000 else []
    lines += [r["text"] for r in csv.DictReader(opened(ship / "banking77/train.csv.gz"))][::3]
    lines += [x[0] for x in json.loads(opened(ship / "clinc150-oos/data_small.json.gz").read())["train"]][::4]
    pqa = opened(ship / "contextual-pqa-en/hetPQA__answer_generation__train.jsonl.gz")
    lines += [json.loads(x)["answer"] for x in pqa][::4]
    lines = [s for s in lines if 8 <= len(s) <= 250]
    rng.shuffle(lines)
    for line in lines[: SIZES["en"][1]]:
        yield line.title() if rng.random() < 0.08 else line


# ---------------------------------------------------------------- names in other people's sentences

_THEY_ZH = re.compile(
    r"(?<![其吉])[他她](?![们人妈爸家娘])|我(?:朋友|同事|老公|老婆|妈妈|妈|爸爸|爸|女儿|儿子|姐|妹|闺蜜|室友)|客服(?!务)|快递员|师傅|老板(?![娘])|我(?=[买用穿觉收下问说退换给试看想拿付申去来到])"
)
_THEY_EN = re.compile(
    r"\b(?:[Hh]e|[Ss]he|[Hh]im|[Hh]is|(?:[Mm]y|[Oo]ur) (?:husband|wife|son|daughter|mom|mum|mother|father|dad|sister|brother|friend|boss|boyfriend|girlfriend|niece|nephew|neighbou?r)|"  # noqa: E501
    r"I(?= (?:bought|ordered|tried|wore|received|returned|loved|got|found|purchased|felt|wanted|needed|went|had|saw|made|took|thought|picked|said)\b)|"  # noqa: E501
    r"[Tt]he (?:author|actor|director|singer|man|woman|manager|agent|driver|seller))\b(?!')"
)


def swapped(line: str, pattern: re.Pattern[str], name: Callable[[], str], rng: random.Random) -> list[Piece]:
    """The sentence with names where it speaks of somebody: real words around made-up people."""
    out: list[Piece] = []
    at = 0
    for match in pattern.finditer(line):
        if rng.random() < 0.2:
            continue
        out.append((line[at : match.start()], ""))
        out.append((name(), "PER"))
        if match.group().lower() == "his":
            out.append(("'s", ""))
        at = match.end()
    return [*out, (line[at:], "")]


def prose(lang: str, data: Path, rng: random.Random) -> Iterator[str]:
    """Sentences of the sets that speak of somebody."""
    ship, lines = data / "ship", []
    if lang == "zh":
        for part in ("train", "valid"):
            for row in json.loads(opened(ship / f"diaasq-zh/{part}.json.gz").read()):
                lines += [re.sub(r"(?<![a-zA-Z]) | (?![a-zA-Z])", "", s) for s in row["sentences"]]
        lines += [r["TEXT"] for r in csv.DictReader(opened(ship / "cold-zh/train.csv.gz"))]
        lines += ["".join(c for c, _ in post) for post in weibo(data) if all(x == "O" for _, x in post)]
        lines = [x for line in lines for x in re.findall(r"[^。！？!?\n]+[。！？!?]?", line)]
    else:
        lines = list(sentences_en(data))
        first = set(table(HERE / "personal" / "en_names.toml")["first"].split())
        named = lambda x: any(w.lower() in first for w in re.findall(r"(?<=[a-z,'\"] )[A-Z][a-z]+", x))  # noqa: E731
        lines = [x[:1].upper() + x[1:] for x in lines if not re.search(r"[A-Z][a-z]+ [A-Z][a-z]+", x) and not named(x)]
    pattern = _THEY_ZH if lang == "zh" else _THEY_EN
    lines = sorted({x.strip() for x in lines if 6 <= len(x) <= (80 if lang == "zh" else 220) and pattern.search(x)})
    rng.shuffle(lines)
    yield from lines[:SWAPS]


def inserted(line: str, name: str, rng: random.Random, places: list[int]) -> list[Piece]:
    """The sentence with a name between two of its words: names must be known by their own looks too."""
    at = pick(rng, places)
    return [(line[:at], ""), (name, "PER"), (line[at:], "")]


def gaps(line: str, common: frozenset[str]) -> list[int]:
    """Where a Chinese sentence can be cut without cutting a common word."""
    return [i for i in range(len(line) + 1)
            if not any(line[j : j + n] in common for n in (2, 3) for j in range(max(0, i - n + 1), i) if j + n <= len(line))  # noqa: E501
            and not (0 < i < len(line) and line[i - 1].isascii() and line[i].isascii())]  # fmt: skip


# ---------------------------------------------------------------- fitting


def spread(pieces: list[Piece]) -> tuple[str, list[tuple[int, int, str]]]:
    text, spans = "", []
    for piece, label in pieces:
        if label and piece:
            spans.append((len(text), len(text) + len(piece), label))
        text += piece
    return text, spans


def labelled(steps: list[tuple[int, int]], spans: list[tuple[int, int, str]]) -> list[str]:
    out = []
    for a, b in steps:
        hit = next((s for s in spans if a < s[1] and s[0] < b), None)
        first = hit and not any(x < a and y > hit[0] for x, y in steps if x >= hit[0])
        out.append(f"{'B' if first else 'I'}-{hit[2]}" if hit else "O")
    return out


def examples(lang: str, data: Path) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Features and labels of every training text."""
    rng = random.Random(SEED)  # noqa: S311
    made = SIZES[lang][0]
    if lang == "zh":
        chinese, wares = Chinese(rng), Wares(rng, lang)
        for _ in range(made // 8):
            text, _spans = spread(wares.text())
            yield list(features_zh(text)), ["O"] * len(text)
        for _ in range(made):
            text, spans = spread(chinese.text())
            yield list(features_zh(text)), labelled([(i, i + 1) for i in range(len(text))], spans)
        for line in prose(lang, data, rng):
            text, spans = spread(
                swapped(line, _THEY_ZH, lambda: chinese.titled() if rng.random() < 0.2 else chinese.name(), rng)
            )
            yield list(features_zh(text)), labelled([(i, i + 1) for i in range(len(text))], spans)
        common = frozenset(table(HERE / "personal" / "zh_words.toml")["words"].split(" "))
        plain = ["".join(c for c, _ in row) for row in background_zh(data, rng)]
        for line in plain[:INSERTS]:
            name = chinese.titled() if rng.random() < 0.25 else chinese.name()
            text, spans = spread(inserted(line, name, rng, gaps(line, common)))
            yield list(features_zh(text)), labelled([(i, i + 1) for i in range(len(text))], spans)
        for rows in (*background_zh(data, rng), *weibo(data)):
            yield list(features_zh("".join(c for c, _ in rows))), [x for _, x in rows]
        return
    english, wares = English(rng), Wares(rng, lang)
    texts = [spread(wares.text()) for _ in range(made // 4)]
    texts += [spread(english.text()) for _ in range(made)] + [(line, []) for line in background_en(data, rng)]
    anyone = lambda: english.case(  # noqa: E731
        pick(rng, [english.name, english.given, english.surname, english.given, english.titled])()
    )
    texts += [spread(swapped(line, _THEY_EN, anyone, rng)) for line in prose(lang, data, rng)]
    for text, spans in texts:
        steps = tokens(text)
        if steps:
            yield list(features_en(text, steps)), labelled(steps, spans)


def fit(lang: str, data: Path, *, iterations: int, c1: float, c2: float, least: int) -> dict[str, Any]:
    """Train, prune and round: the bundle to be written."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    digest, steps = hashlib.sha256(), 0
    for rows, labels in examples(lang, data):
        digest.update(json.dumps([[r[1] for r in rows], labels], ensure_ascii=False).encode())
        steps += len(labels)
        trainer.append(rows, labels)
    trainer.set_params(
        {
            "c1": c1,
            "c2": c2,
            "max_iterations": iterations,
            "feature.minfreq": least,
            "feature.possible_transitions": True,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
    state: dict[str, dict[int, list[str]]] = {label: defaultdict(list) for label in LABELS}
    for (name, label), weight in info.state_features.items():
        rounded = round(weight * SCALE)
        if abs(rounded) >= 3:
            state[label][rounded].append(name)
    between = [[round(info.transitions.get((a, b), 0.0) * SCALE) for b in LABELS] for a in LABELS]
    for i, a in enumerate(LABELS):  # an inside needs its own beginning
        for j, b in enumerate(LABELS):
            if b[0] == "I" and a[2:] != b[2:]:
                between[i][j] = -30000
    return {"version": 1, "lang": lang, "labels": LABELS, "corpus_sha256": digest.hexdigest(), "steps": steps, "seed": SEED,  # noqa: E501
            "state": {k: {str(w): " ".join(sorted(n)) for w, n in sorted(v.items())} for k, v in state.items()}, "between": between}  # fmt: skip  # noqa: E501


def write(bundle: dict[str, Any], out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=9, filename="") as file:
        file.write(json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode())
    out.write_bytes(buffer.getvalue())
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    card = out.parent / "card.md"
    told = re.sub(rf"(`{re.escape(out.name)}` sha256 `)[0-9a-f]+", rf"\g<1>{digest}", card.read_text("utf-8"))
    told = re.sub(rf"(`{re.escape(out.name)}`.* corpus `)[0-9a-f]+", rf"\g<1>{bundle['corpus_sha256']}", told)
    card.write_text(told, "utf-8")
    print(out.name, len(buffer.getvalue()), "bytes", hashlib.sha256(buffer.getvalue()).hexdigest(), bundle["steps"], "steps",  # noqa: E501
          bundle["corpus_sha256"])  # fmt: skip


def main() -> None:
    """Train what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--lang", choices=("zh", "en"))
    parser.add_argument("--lists", action="store_true")
    parser.add_argument("--dictionary", type=Path, default=Path("/usr/share/dict/american-english-small"))
    parser.add_argument("--iterations", type=int, default=75)
    given = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":  # `faker` walks sets: without this no two runs agree
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})  # noqa: S606
    if given.lists:
        write_lists()
        write_words()
        write_common(given.data, given.dictionary)
    for lang in (given.lang,) if given.lang else ("zh", "en"):
        bundle = fit(lang, given.data, iterations=given.iterations, c1=0.12 if lang == "zh" else 0.06, c2=0.01, least=2)
        write(bundle, HERE / "models" / "personal" / f"{lang}.json.gz")


if __name__ == "__main__":
    main()
