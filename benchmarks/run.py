"""Run every benchmark that needs no data from outside: `make bench`. Results go to benchmarks/results/."""

from benchmarks.quality import guard_swaps


def main() -> None:
    """Run them in turn."""
    guard_swaps.main()
    print("With public data at hand: python -m benchmarks.quality.describe_real --data FOLDER")
    print("The ledger's speed: python benchmarks/speed/ledger.py")


if __name__ == "__main__":
    main()
