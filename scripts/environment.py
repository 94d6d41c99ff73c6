"""Make the project's own environment: `python scripts/environment.py VENV REQUIREMENTS`.

Uses the standard library alone, since it runs before anything is installed.
"""

import subprocess
import sys
import venv
from pathlib import Path

OLDEST = (3, 11)


def main(target: Path, requirements: Path) -> int:
    """Create `target` if absent and install the pinned requirements and Goodword itself into it."""
    if sys.version_info < OLDEST:
        print(f"Goodword needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
              "Set PYTHON=/path/to/python3.11 and run make again.", file=sys.stderr)  # fmt: skip
        return 2
    python = target / "bin" / "python"
    if not python.exists():
        print(f"Making the environment in {target} …", file=sys.stderr)
        try:
            venv.create(target, with_pip=True)
        except (subprocess.CalledProcessError, ImportError):
            print("This Python has no venv module. On Debian or Ubuntu: apt-get install python3-venv", file=sys.stderr)
            return 2
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    print("Installing the pinned packages (once; about 1.8 GB) …", file=sys.stderr)
    steps = (
        [*pip, "install", "-q", "--require-hashes", "-r", str(requirements)],
        [*pip, "install", "-q", "--no-deps", "--no-build-isolation", "-e", "."],
    )
    for step in steps:
        if code := subprocess.call(step):
            print("The installation stopped; the lines above say why. Run make again to go on.", file=sys.stderr)
            return code
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
