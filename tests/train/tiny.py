"""A BERT of a few thousand random weights, made on the spot: enough to test that training and loading work."""

import string
from pathlib import Path


def tiny_bert(folder: Path) -> Path:
    """A folder with config, safetensors and a tokeniser of characters."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    chars = (
        string.ascii_lowercase
        + string.digits
        + "，质量很好非常满意物流快穿着舒服还会再买性价比高太差失望慢难受不一点值六月第二个给妹的"
    )
    pieces = list(dict.fromkeys(chars))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *pieces, *(f"##{c}" for c in pieces if c.isascii())]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", "utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(str(folder))
    torch.manual_seed(0)
    config = BertConfig(vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                        intermediate_size=64, max_position_embeddings=64)  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(str(folder))
    return folder
