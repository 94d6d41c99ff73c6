"""A fine-tuned Hugging Face encoder as a classifier of texts. Weights are safetensors; none of them is run as code."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from goodword.errors import MissingExtra
from goodword.models.bundle import Bundle, Floats

_BATCH = 32


class Transformer:
    """A sequence classifier and its tokeniser."""

    def __init__(self, model: Any, tokenizer: Any, length: int) -> None:
        self.model, self.tokenizer, self.length = model, tokenizer, length

    def logits(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> Floats:
        """Shape (texts, labels). Texts of like length are scored together."""
        import torch

        self.model.eval()
        order = np.argsort([len(t) for t in texts], kind="stable")
        out = np.zeros((len(texts), int(self.model.config.num_labels)))
        with torch.inference_mode():
            for at in range(0, len(texts), _BATCH):
                places = order[at : at + _BATCH]
                batch = self.encoded([texts[i] for i in places], [pairs[i] for i in places] if pairs else None)
                out[places] = self.model(**batch).logits.float().cpu().numpy()
        return out

    def encoded(self, texts: list[str], pairs: list[str] | None) -> Any:
        """A padded batch on the model's device."""
        held = self.tokenizer(texts, pairs, padding=True, truncation=True, max_length=self.length, return_tensors="pt")
        return held.to(self.model.device)


def libraries() -> tuple[Any, Any]:
    """torch and transformers.

    Raises:
        MissingExtra: they are not installed.
    """
    try:
        import torch
        import transformers
    except ImportError:
        raise MissingExtra("transformers", "a transformer") from None
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    return torch, transformers


def opened(bundle: Bundle) -> Transformer:
    """The model of a verified bundle, on a GPU where there is one."""
    torch, transformers = libraries()
    folder = str(bundle.folder)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False, use_safetensors=True
    )
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Transformer(model.to(device), tokenizer, int(bundle.settings["length"]))
