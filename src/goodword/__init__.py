"""Goodword 言之有据: every word said in the shop's name can be vouched for."""

from goodword import quiet  # first: libraries look at what it sets when they are imported
from goodword.app import Goodword
from goodword.jobs.guarding import Guard

__all__ = ["Goodword", "Guard", "quiet"]
__version__ = "0.1.0"
