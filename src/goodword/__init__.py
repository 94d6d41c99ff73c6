"""Goodword 言之有据: every word said in the shop's name can be vouched for."""

from goodword.app import Goodword
from goodword.jobs.guarding import Guard

__all__ = ["Goodword", "Guard"]
__version__ = "0.1.0"
