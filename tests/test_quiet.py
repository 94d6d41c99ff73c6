"""No library reports on its users."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from goodword import quiet

JUDGE = """
{first}
from goodword import Guard
assert Guard().check("Made of cotton, a joy to wear.", facts={{"material": "cotton"}}).outcome
"""


@pytest.mark.parametrize("first", ["", "import onnxruntime"])
def test_judging_a_text_leaves_no_report_waiting_to_be_sent(tmp_path: Path, first: str) -> None:
    unset = {"CI", *quiet.VARIABLES}
    env = {k: v for k, v in os.environ.items() if k not in unset} | {"HOME": str(tmp_path)}
    if first:
        env["ORT_DISABLE_TELEMETRY"] = "1"  # whoever imports the library before us has to say it for themselves
    subprocess.run([sys.executable, "-c", JUDGE.format(first=first)], env=env, check=True, timeout=120)
    assert not [p for p in tmp_path.rglob("*") if "Microsoft" in p.parts]


def test_who_has_decided_otherwise_is_left_alone() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import os, goodword; print(os.environ['HF_HUB_DISABLE_TELEMETRY'])"],
        env=os.environ | {"HF_HUB_DISABLE_TELEMETRY": "0"}, check=True, capture_output=True, text=True, timeout=120,
    ).stdout  # fmt: skip
    assert told.strip() == "0"
