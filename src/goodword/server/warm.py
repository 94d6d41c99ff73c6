"""Everything a first request would wait for, opened before the server says that it is ready."""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event, Thread

from goodword.app import Goodword
from goodword.catalogue.facts import product_from, record_from_pairs
from goodword.errors import GoodwordError
from goodword.guard.law import frames
from goodword.jobs.draft import composed
from goodword.writing.plan import plan

LOG = logging.getLogger("goodword.server")
_GOODS = {
    "en": ("Linen Shirt", {"Material": "100% linen", "Colour": "blue"}),
    "zh": ("亚麻衬衫", {"材质": "100%亚麻", "颜色": "蓝色"}),
}
_TEXTS = (
    ("Anna Miller says: the mug holds 300 ml.", {"capacity": "300 ml"}),
    ("张伟说：杯子容量为300毫升。", {"容量": "300毫升"}),
)


class Warmth:
    """Opens models and the answering desk beside the event loop."""

    def __init__(self, goodword: Goodword) -> None:
        self._goodword = goodword
        self.ready = Event()
        self._over = False

    def start(self) -> None:
        """Begin. No daemon: a library of models that is cut off while it opens one ends the process with a crash."""
        Thread(target=self._open, name="goodword-warm").start()

    def leave(self) -> None:
        """Open nothing more."""
        self._over = True

    def _open(self) -> None:
        try:
            for step in self._steps():
                if self._over:
                    return
                step()
        except GoodwordError as error:
            LOG.error("not all could be opened before the first request: %s", error)
        finally:
            self.ready.set()

    def _steps(self) -> Iterator[Callable[[], object]]:
        yield frames.load().open
        for text, facts in _TEXTS:
            yield partial(self._goodword.check, text, facts)
            yield partial(self._goodword.screen, text)
        yield self._write
        yield lambda: self._goodword.answering

    def _write(self) -> None:
        """What writing and judging a text of each language opens; nothing is kept."""
        order = self._goodword.order(composer=True)
        for lang, market in order.pairs:
            title, facts = _GOODS[lang]
            product = product_from(record_from_pairs(facts, sku="warm", title=title, lang=lang))
            planned = plan(product, order.langs, channel=order.channel, voice=order.voice)
            composed(product, planned, lang, market, order.channel, order.voice)
