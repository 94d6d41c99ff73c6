"""Run every benchmark that needs no data from outside: `make bench`. Results go to benchmarks/results/."""

import subprocess
import sys

QUALITY = ("guard_swaps", "guard_paraphrases", "ad_law")


def main() -> None:
    """Run them in turn."""
    for name in QUALITY:
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.quality.{name}"], check=True)
    print("With public data at hand: describe_real, describe_semipqa, personal, injection, harm,")
    print("  recommend, train, reviews, ask, guard_rivals (--data FOLDER)")
    print("With a language model: python -m benchmarks.quality.reword")
    print("Speed: python benchmarks/speed/ledger.py, python benchmarks/speed/million_rows.py;")
    print("  python -m benchmarks.speed.recommend, recommend_scale, recommend_request, reviews, search")


if __name__ == "__main__":
    main()
