"""The encoder of the trunk as ONNX with 8-bit weights: what a head is trained on is then what it meets in use."""

import argparse
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertModel


class Encoder(torch.nn.Module):
    """Token vectors (batch, tokens, 384) of ids (batch, tokens)."""

    def __init__(self, trunk: Path) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(trunk, add_pooling_layer=False)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The hidden states of the last layer."""
        return self.bert(input_ids=ids, attention_mask=mask).last_hidden_state


def main() -> None:
    """Export and quantise."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--work", type=Path, required=True)
    work = asked.parse_args().work
    encoder = Encoder(work / "trunk").eval()
    batch, length = torch.export.Dim("b", min=1, max=256), torch.export.Dim("l", min=2, max=128)
    ids = torch.randint(4, 30000, (3, 12))
    torch.onnx.export(
        encoder, (ids, torch.ones_like(ids)), work / "encoder32.onnx", input_names=["ids", "mask"], output_names=["h"],
        dynamic_shapes={"ids": {0: batch, 1: length}, "mask": {0: batch, 1: length}}, dynamo=True, external_data=False,
    )  # fmt: skip
    quantize_dynamic(work / "encoder32.onnx", work / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True)


if __name__ == "__main__":
    main()
