"""A large file in bounded memory."""

import subprocess
import sys
from pathlib import Path

import pytest

ROWS = 300_000
MEASURE = r"""
import re, sys
from pathlib import Path
from goodword.catalogue.base import CopyText
from goodword.catalogue.read import open_catalogue
from goodword.catalogue.write import write_back
from goodword.types import Mark, Record
found = open_catalogue(Path(sys.argv[1]))
print(sum(isinstance(r, Record) for r in found.records()))
mark = Mark(text="AI", metadata="{}")
print(write_back(found, Path(sys.argv[2]), lambda sku: {"en": CopyText(text=f"Words, {sku}.", mark=mark)}))
print(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_a_large_table_is_read_and_given_back_in_less_than_200_mb(tmp_path: Path) -> None:
    with (tmp_path / "large.csv").open("w", encoding="utf-8") as file:
        file.write("sku,title,品名,material,colour,weight (g),price,description\n")
        for n in range(ROWS):
            file.write(f'GW-{n},"Cotton tee, no. {n}",棉T恤 {n},cotton,"red, blue",{100 + n % 900},{n % 90}.90,\n')
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, tmp_path / "large.csv", tmp_path / "out.csv"],
        capture_output=True,
        text=True,
        check=True,
    )
    read, written, megabytes = map(int, done.stdout.split())
    assert (read, written) == (ROWS, ROWS) and megabytes < 200
