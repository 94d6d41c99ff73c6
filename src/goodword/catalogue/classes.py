"""Which class a record belongs to: what the shop says, else the category column, else the words of its title."""

from goodword.text import classes, lexicon
from goodword.types import Record

_CATEGORY_KEYS = {"category", "google_product_category", "tags"}


def classify(record: Record) -> str:
    """The class id of a record; 'general' where nothing tells."""
    if record.product_class in classes.all_ids():
        return str(record.product_class)
    words = lexicon.load()
    for field in record.fields:
        attribute = words.attribute(field.name)
        if attribute and attribute.key in _CATEGORY_KEYS:
            if field.value.strip().lower() in classes.all_ids():
                return field.value.strip().lower()
            if found := classes.by_cue(field.value):
                return found
    return classes.by_cue(record.title) or classes.GENERAL
