#!/usr/bin/env python3
"""Exports a file of scores with Tierkeeper and with the public Python package huf_core, and prints the differences.

Exit code: 0 where the files are the same byte for byte (references to time and code apart) or, with ties, the same
numbers to 1e-12; 1 where they are not; 3 where huf_core is not installed, so that nothing was compared.
"""

import argparse
import csv
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

TABLES = ("artifact_1_coherence_map.csv", "artifact_2_active_set.csv", "stability_packet.csv")
KEYS = {"artifact_1_coherence_map.csv": "regime_id", "artifact_2_active_set.csv": "item_id", "stability_packet.csv": "tau"}
STAMP = ("code_hash", "created_utc", "run_id")
TOLERANCE = 1e-12


def reference(scores: Path, out: Path, taus: list, tau: float) -> None:
    """What huf_core writes."""
    from huf_core import HUFConfig, HUFCore
    from huf_core.io import write_artifacts
    from huf_core.vector_db_adapter import vector_db_results_to_elements

    elements, meta = vector_db_results_to_elements(scores)
    core = HUFCore(elements, dataset_id=meta["dataset_id"])
    config = HUFConfig(budget_type="mass", exclusion="global", tau=tau)
    write_artifacts(out, core.cycle(config))
    core.stability_packet(config, taus).to_csv(out / "stability_packet.csv", index=False)


def ours(command: list, scores: Path, out: Path, taus: list, tau: float) -> None:
    """What Tierkeeper writes."""
    subprocess.run(
        [*command, "huf", "export", str(scores), "--out", str(out), "--tau", repr(tau),
         "--taus", ",".join(map(repr, taus))],
        check=True, stdout=subprocess.DEVNULL)


def masked(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.name != "run_stamp.json":
        return text
    stamp = json.loads(text)
    return json.dumps({**stamp, **{key: "masked" for key in STAMP}}, indent=2, ensure_ascii=False)


def rows(path: Path) -> dict:
    """The rows by their key: ties may stand in another order."""
    if path.suffix == ".jsonl":
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return {record["item_id"]: record for record in records}
    if path.suffix == ".json":
        return {"": json.loads(masked(path))}
    with path.open(encoding="utf-8", newline="") as file:
        return {row[KEYS[path.name]]: {k: v for k, v in row.items() if k != "rank"} for row in csv.DictReader(file)}


def close(a, b) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(close, a, b))
    if isinstance(a, str) and isinstance(b, str) and a.startswith("score=") and b.startswith("score="):
        return close(a[6:], b[6:])
    try:
        return math.isclose(float(a), float(b), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    except (TypeError, ValueError):
        return a == b


def compare(name: str, left: Path, right: Path) -> list:
    """The differences of one file, as sentences; none where its bytes are the same."""
    if masked(left) == masked(right):
        print(f"{name}: the same, byte for byte")
        return []
    found = []
    a, b = rows(left), rows(right)
    for key in sorted(a.keys() | b.keys(), key=str):
        if key not in a or key not in b:
            found.append(f"{name}: {key}: only in {'huf_core' if key in b else 'tierkeeper'}")
            continue
        for field in sorted(a[key].keys() | b[key].keys()):
            if not close(a[key].get(field), b[key].get(field)):
                found.append(f"{name}: {key}: {field}: tierkeeper {a[key].get(field)}, huf_core {b[key].get(field)}")
    if not found:
        print(f"{name}: the same to {TOLERANCE}, in another order or to another last digit")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scores", type=Path, help="scores as JSONL, CSV or TSV with id, score and namespace")
    parser.add_argument("--tierkeeper", default="tierkeeper", help="the command, default: tierkeeper on PATH")
    parser.add_argument("--tau", type=float, default=0.02)
    parser.add_argument("--taus", default="0.01,0.02,0.05,0.1,0.2")
    options = parser.parse_args()
    try:
        import huf_core  # noqa: F401
    except ImportError:
        print("huf_core is not installed, so nothing was compared; see README.md")
        return 3
    taus = [float(tau) for tau in options.taus.split(",")]
    with tempfile.TemporaryDirectory() as directory:
        left, right = Path(directory, "tierkeeper"), Path(directory, "huf_core")
        ours(options.tierkeeper.split(), options.scores, left, taus, options.tau)
        reference(options.scores, right, taus, options.tau)
        differences = []
        for name in (*TABLES, "artifact_3_trace_report.jsonl", "artifact_4_error_budget.json", "run_stamp.json"):
            differences += compare(name, left / name, right / name)
    for difference in differences:
        print(difference)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
