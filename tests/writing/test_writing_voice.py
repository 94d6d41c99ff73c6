"""Voices as data."""

from pathlib import Path

import pytest

from goodword.errors import InputError
from goodword.writing import voice


@pytest.mark.parametrize("name", ["plain", "warm", "technical"])
def test_packaged_voices_load(name: str) -> None:
    assert voice.load(name).name == name


@pytest.mark.parametrize(
    ("text", "told"),
    [("tone = 1", "unknown key 'tone'"), ('version = 1\nname = "x"', "key 'max_facts'"), ("= =", "not valid TOML")],
)
def test_a_bad_voice_file_is_told_by_key(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "voice.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=told):
        voice.load(str(file))


def test_an_unknown_voice_lists_what_there_is() -> None:
    with pytest.raises(InputError, match="plain, technical, warm"):
        voice.load("loud")
