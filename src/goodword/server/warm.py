"""Everything a first request would wait for, opened before the server says that it is ready."""

import logging
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

    def start(self) -> None:
        """Begin."""
        Thread(target=self._open, name="goodword-warm", daemon=True).start()

    def _open(self) -> None:
        try:
            frames.load().open()
            for text, facts in _TEXTS:
                self._goodword.check(text, facts)
                self._goodword.screen(text)
            self._write()
            _ = self._goodword.answering
        except GoodwordError as error:
            LOG.error("not all could be opened before the first request: %s", error)
        finally:
            self.ready.set()

    def _write(self) -> None:
        """What writing and judging a text of each language opens; nothing is kept."""
        order = self._goodword.order(composer=True)
        for lang, market in order.pairs:
            title, facts = _GOODS[lang]
            product = product_from(record_from_pairs(facts, sku="warm", title=title, lang=lang))
            planned = plan(product, order.langs, channel=order.channel, voice=order.voice)
            composed(product, planned, lang, market, order.channel, order.voice)
