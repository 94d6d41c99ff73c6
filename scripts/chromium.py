"""Find a Chromium for the browser tests; on a Debian build machine (CI=true, root) install it.

Nowhere else is anything installed: the browser tests are then skipped and say so.
"""

import os
import shutil
import subprocess
from contextlib import suppress

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    """Say which browser the tests will use."""
    absent = not any(map(shutil.which, NAMES))
    if absent and os.environ.get("CI") == "true" and os.geteuid() == 0 and shutil.which("apt-get"):
        for step in (
            ["apt-get", "-qq", "update"],
            ["apt-get", "-qq", "install", "-y", "chromium", "fonts-noto-cjk"],
        ):
            quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            with suppress(subprocess.TimeoutExpired):  # a machine without a mirror must not wait for one
                subprocess.call(step, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet, timeout=300)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    print(f"Browser tests use {found}" if found else "No Chromium here: the browser tests will be skipped")


if __name__ == "__main__":
    main()
