"""Tell how well passages are found again in later texts, measured on vectors labelled beforehand.

Run with the path of a file such as passage_drift.json; add `--without-old-text` to measure how well it goes
where only the quote, its few words of context and its offset are known.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whence.drift import Drift, refind

if TYPE_CHECKING:
    from collections.abc import Mapping

LABELS = {"unchanged": "unchanged", "edited": "edited", "deleted_or_rewritten": "deleted_claimed"}


def score_drift(vectors: Mapping[str, Any], *, with_old_text: bool = True) -> dict[str, float]:
    """Give three shares: unchanged and edited passages found in the right place, deleted ones claimed.

    An unchanged passage counts as found where its place is exactly the labelled one and it is not said to
    be altered; an edited one where the stretch overlaps the labelled one. A label without cases is left out.
    """
    documents: Mapping[str, str] = vectors["documents"]
    drifts: dict[tuple[str, str], Drift] = {}
    counted: dict[str, list[bool]] = {name: [] for name in LABELS.values()}
    for case in vectors["cases"]:
        old, new = (f"{case[commit]}:{case['file']}" for commit in ("old_commit", "new_commit"))
        passage = {name: case[name] for name in ("exact", "prefix", "suffix")} | {"start": case["old_start"]}
        if with_old_text:
            drift = drifts.setdefault((old, new), Drift(documents[old], documents[new]))
            found = drift.refind(**passage)
        else:
            found = refind(documents[new], **passage)
        counted[LABELS[case["label"]]].append(_counts(case, found.outcome, found.start, found.end))
    return {name: sum(counts) / len(counts) for name, counts in counted.items() if counts}


def _counts(case: Mapping[str, Any], outcome: str, start: int | None, end: int | None) -> bool:
    if start is None or end is None:
        return False
    if case["label"] == "unchanged":
        return outcome in {"kept", "moved"} and (start, end) == (case["new_start"], case["new_end"])
    if case["label"] == "edited":
        return bool(start < case["new_end"] and end > case["new_start"])
    return True


def main(arguments: list[str]) -> int:
    """Print the three shares, one a line."""
    paths = [argument for argument in arguments if not argument.startswith("--")]
    if len(paths) != 1 or set(arguments) - set(paths) - {"--without-old-text"}:
        print("usage: drift_score.py FILE [--without-old-text]", file=sys.stderr)
        return 2
    vectors = json.loads(Path(paths[0]).read_text(encoding="utf-8"))
    scores = score_drift(vectors, with_old_text="--without-old-text" not in arguments)
    for name, share in scores.items():
        print(f"{name}\t{share:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
