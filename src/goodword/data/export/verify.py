"""Verify an export of a Goodword ledger with nothing but Python: python3 verify.py [ledger.jsonl] [anchor.json]

Every line is one entry. Its hash covers the header (position, time, kind, subject, actor, digest of the body, hash of
the entry before); the digest covers a random salt and the body. A body that was erased, or is not part of this export,
leaves header and digest: the chain is whole without it, and nobody can put another body in its place.
"""

import hashlib
import json
import sys

FORMAT = b"goodword-ledger-1"


def header(entry: dict) -> bytes:  # type: ignore[type-arg]
    """The bytes an entry's hash is taken of; lengths stand before texts, so no two headers read the same."""
    time, kind, subject, actor = (entry[name].encode() for name in ("time", "kind", "subject", "actor"))
    return b"%b,%d,%d:%b,%d:%b,%d:%b,%d:%b,%b%b" % (
        FORMAT, entry["position"], len(time), time, len(kind), kind, len(subject), subject, len(actor), actor,
        bytes.fromhex(entry["body_digest"]), bytes.fromhex(entry["prev_hash"]),
    )  # fmt: skip


def main() -> int:
    """Walk the chain; 0 where it holds, 1 where it does not, naming the first broken link."""
    names = sys.argv[1:3] + ["ledger.jsonl", "anchor.json"][len(sys.argv) - 1 :]
    with open(names[0], encoding="utf-8") as file:  # noqa: PTH123 - runs alone, as plainly as it can
        previous, position, bodies = bytes(32).hex(), 0, 0
        for line in file:
            entry = json.loads(line)
            wrong = ""
            if entry["position"] != position + 1:
                wrong = f"entry {position + 1} is missing"
            elif entry["prev_hash"] != previous:
                wrong = "it does not follow from the entry before it"
            elif hashlib.sha256(header(entry)).hexdigest() != entry["hash"]:
                wrong = "its header is not what was recorded"
            elif "body" in entry:
                whole = bytes.fromhex(entry["salt"]) + entry["body"].encode()
                bodies += 1
                if hashlib.sha256(whole).hexdigest() != entry["body_digest"]:
                    wrong = "its body is not what was recorded"
            if wrong:
                print(f"BROKEN at entry {entry['position']}: {wrong}")
                return 1
            previous, position = entry["hash"], entry["position"]
    with open(names[1], encoding="utf-8") as file:  # noqa: PTH123
        anchor = json.load(file)
    if (anchor["position"], anchor["hash"]) != (position, previous):
        print(f"BROKEN: the anchor names entry {anchor['position']}, the file ends at {position}")
        return 1
    print(f"OK: {position} entries, {bodies} with their bodies, head {previous}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
