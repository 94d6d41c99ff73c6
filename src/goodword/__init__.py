"""Goodword 言之有据: every word said in the shop's name can be vouched for."""

from goodword.app import Goodword

__all__ = ["Goodword"]
__version__ = "0.1.0"
