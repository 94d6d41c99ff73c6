"""The result page in a real browser."""

import shutil
import subprocess
from pathlib import Path

import pytest

from goodword.app import Goodword
from goodword.jobs import outputs

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium here; on Debian: apt-get install chromium")
def test_pointing_at_a_sentence_shows_the_fact_and_its_cell(tmp_path: Path) -> None:
    source = tmp_path / "shop.csv"
    source.write_text("sku,title,材质\nA<b>1,Cotton Bag,<script>alert(1)</script>\nA2,Linen Bag,亚麻\n", "utf-8")
    with Goodword(store=str(tmp_path / "s.db")) as goodword:
        outputs.write(list(goodword.describe(source)), tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "<script>alert" not in page
    point = (
        "<script>document.querySelectorAll('.s')[document.querySelectorAll('.s').length - 1].focus()</script></body>"
    )
    (tmp_path / "pointed.html").write_text(page.replace("</body>", point), "utf-8")
    assert BROWSER
    dom = subprocess.run(
        [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", f"file://{tmp_path / 'pointed.html'}"],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    shown = dom[dom.index('id="why"') :]
    assert "亚麻" in shown
    assert "shop.csv" in shown
    assert "row 3" in shown
