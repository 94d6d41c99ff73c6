"""Everything a first request would wait for, opened before the server says that it is ready."""

import logging
from threading import Event, Thread

from goodword.app import Goodword
from goodword.errors import GoodwordError
from goodword.guard.law import frames

LOG = logging.getLogger("goodword.server")
_TEXTS = (("The mug holds 300 ml.", {"capacity": "300 ml"}), ("杯子容量为300毫升。", {"容量": "300毫升"}))


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
            _ = self._goodword.answering
        except GoodwordError as error:
            LOG.error("not all could be opened before the first request: %s", error)
        finally:
            self.ready.set()
