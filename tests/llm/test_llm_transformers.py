"""The transformers backend with a real model made on the spot: tiny, untrained, saved and loaded like any other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goodword.errors import InputError, MissingExtra
from goodword.llm.base import Backend, BackendOptions, Prompt, installed, open_backend

Ask = Callable[..., Prompt]
HERE = installed("transformers") and installed("torch")
needs = pytest.mark.skipif(not HERE, reason="pip install 'goodword[transformers]'")
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder of two layers with a byte-level tokenizer."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    home = tmp_path_factory.mktemp("model")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    vocabulary = {c: n for n, c in enumerate([*special, *alphabet])}
    raw = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, eos_token="<|im_end|>", pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>"],
    )  # fmt: skip
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(home)
    torch.manual_seed(3)
    config = Qwen2Config(
        vocab_size=len(vocabulary), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=512, eos_token_id=2, pad_token_id=0, bos_token_id=None,
    )  # fmt: skip
    Qwen2ForCausalLM(config).save_pretrained(home, safe_serialization=True)
    return home


def opened(folder: Path, **more: Any) -> Backend:
    return open_backend("transformers", BackendOptions(model=str(folder), **more))


@needs
@pytest.mark.slow
def test_it_answers_every_prompt_and_a_batch_answers_as_one_by_one(folder: Path, ask: Ask) -> None:
    prompts = [
        ask("A mug."),
        ask("A much longer sentence about a lamp of oak."),
        ask("杯子容量300毫升。", max_tokens=9),
    ]
    together = dict(opened(folder, concurrency=3).complete(prompts))
    alone = dict(opened(folder, concurrency=1).complete(prompts))
    assert sorted(together) == [0, 1, 2]
    assert {i: c.text for i, c in together.items()} == {i: c.text for i, c in alone.items()}
    assert together[2].tokens_out <= 9
    assert all(c.finish in {"stop", "length"} and c.tokens_in > 10 for c in together.values())


@needs
@pytest.mark.slow
def test_what_is_streamed_is_what_is_answered_and_true_stops(folder: Path, ask: Ask) -> None:
    told: dict[int, str] = {0: "", 1: ""}

    def hear(i: int, piece: str) -> bool:
        told[i] += piece
        return i == 1

    answers = dict(
        opened(folder).complete([ask("A mug.", max_tokens=20), ask("A lamp.", max_tokens=20)], on_token=hear)
    )
    assert told[0].strip() == answers[0].text
    assert answers[1].error == "stopped by the caller" and answers[1].tokens_out < 20


@needs
@pytest.mark.slow
def test_a_stop_word_ends_the_answer_before_it(folder: Path, ask: Ask) -> None:
    ((_, free),) = opened(folder).complete([ask("A mug.", max_tokens=30)])
    word = free.text[3:5]
    ((_, cut),) = opened(folder).complete([ask("A mug.", max_tokens=30, stop=(word,))])
    assert cut.text == free.text[: free.text.find(word)].strip() and cut.finish == "stop"


@needs
@pytest.mark.slow
def test_two_models_are_told_apart_and_time_is_bounded(folder: Path, ask: Ask, tmp_path: Path) -> None:
    other = tmp_path / folder.name
    other.mkdir()
    for file in folder.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    weights = next(other.glob("*.safetensors"))
    assert opened(folder).model == opened(other).model
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))
    assert opened(folder).model != opened(other).model
    ((_, late),) = opened(folder, timeout=1e-9).complete([ask("A mug.")])
    assert late.finish == "error" and late.retryable


@needs
@pytest.mark.slow
def test_a_folder_that_is_no_model_is_told(tmp_path: Path, ask: Ask) -> None:
    with pytest.raises(InputError, match="can be loaded"):
        list(opened(tmp_path).complete([ask("A mug.")]))


@pytest.mark.skipif(HERE, reason="the libraries are here")
def test_without_its_libraries_it_names_the_extra() -> None:
    with pytest.raises(MissingExtra, match=r"goodword\[transformers\]"):
        open_backend("transformers", BackendOptions(model="x"))
