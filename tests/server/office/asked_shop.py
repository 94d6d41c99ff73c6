"""A shop that was asked questions: products, passages, a recommender, conversations, hand-overs, people."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from goodword.app import Goodword
from goodword.jobs.asking import shelf
from goodword.jobs.asking.nouns import Question, Turn
from goodword.knowledge import documents
from goodword.server import people
from goodword.store import catalogue

PASSWORD = "quiet river stone"
PEOPLE = {"ana": ("admin",), "wen": ("writer",), "ada": ("approver",), "otto": ("auditor",), "vic": ("viewer",)}
QUESTIONS: tuple[tuple[str, str, str | None], ...] = (
    ("one", "How many days do I have to return it?", None),
    ("one", "And is the mug dishwasher safe?", "KT-004"),
    ("two", "这个杯子的容量是多少？", "KT-004"),
    ("three", "I want to talk to a human!!! My phone is 138-0013-8000", None),
    ("four", "Do you ship to Antarctica?", None),
    ("five", "请转人工，我收到的枕头有异味，非常生气！", "HT-003"),
    ("six", "<img src=x onerror=alert(1)> {{7*7}} Do you sell umbrellas for dogs?", None),
)


def settings(folder: Path) -> dict[str, object]:
    """What the shop is opened with."""
    return {"store": str(folder / "shop.db"), "recommender": str(folder / "recommender"), "langs": ("en", "zh"),
            "ask": {"reviews": str(folder / "reviews.jsonl")}, "model": {"backend": "composer"}}  # fmt: skip


def seed(folder: Path) -> None:
    """Make it."""
    with as_file(files("goodword.data").joinpath("shop")) as shop, Goodword(**settings(folder)) as goodword:
        shutil.copy(shop / "reviews.jsonl", folder / "reviews.jsonl")
        shutil.copy(shop / "events.csv", folder / "events.csv")
        with goodword.store.begin() as conn:
            for product in goodword.products(shop / "products.csv"):
                catalogue.put(conn, product)
        shelf.keep(goodword.store, documents.read([shop / "faq.jsonl"]))
        goodword.recommend().fit(shop / "events.csv", stock=shop / "stock.csv")
        history: dict[str, list[Turn]] = {}
        for conversation, text, sku in QUESTIONS:
            turns = history.setdefault(conversation, [])
            answer = goodword.ask(Question(text=text, product=sku, conversation=conversation, history=tuple(turns)))
            turns.append(Turn(question=text, answer=answer.text, products=answer.products))
        for _ in goodword.describe(list(goodword.products(shop / "products.csv"))[:2]):
            pass
        for name, roles in PEOPLE.items():
            people.accept(goodword.store, people.invite(goodword.store, name, roles, actor="tests"), name, PASSWORD)
