"""Runs one case of several libraries in fresh processes, in turn, and prints ratios.

A benchmark file has DRIVERS: library -> case -> function (prepare once, outside the clock) that
gives the call to time; the call's number must agree between libraries.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import os
import pathlib
import platform
import subprocess
import sys

from peak import peak_during


def one(drivers: dict, library: str, case: str, threads: int) -> None:
    call = drivers[library][case](threads)
    value, wall, cpu, peak = peak_during(call)
    runs = [(wall, cpu)]
    while len(runs) < 20 and sum(run[1] for run in runs) < (0.5 if len(runs) > 2 else 5):
        _, wall, cpu, _ = peak_during(call)
        runs.append((wall, cpu))
    print()
    print(
        json.dumps(
            {
                "value": value,
                "wall": min(run[0] for run in runs),
                "cpu": min(run[1] for run in runs),
                "peak_mib": peak,
            }
        )
    )


def measured(script: str, python: str, library: str, case: str, threads: int, limit: float) -> dict:
    alone = {name: str(threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    try:
        run = subprocess.run(
            [python, script, "--one", library, case, str(threads)],
            capture_output=True,
            text=True,
            check=False,
            timeout=limit,
            env={**os.environ, **alone},
        )
    except subprocess.TimeoutExpired:
        return {"error": f"more than {limit:.0f} s"}
    if run.returncode != 0:
        lines = run.stderr.strip().splitlines()
        return {"error": lines[-1][:200] if lines else f"exit {run.returncode}"}
    return json.loads(run.stdout.strip().splitlines()[-1])


def main(script: str, doc: str, drivers: dict, cases: dict, tolerance: float) -> int:
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="larger cases too")
    parser.add_argument("--cases", nargs="*")
    parser.add_argument("--peers", nargs="*", default=[n for n in drivers if n != "kedja"])
    parser.add_argument("--peer-python", default=sys.executable, help="interpreter with the peers")
    parser.add_argument("--threads", nargs="*", type=int, default=[1])
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--limit", type=float, default=170, help="seconds for one process")
    name = pathlib.Path(script).stem
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(f"build/{name}.json"))
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(drivers, args.one[0], args.one[1], int(args.one[2]))
        return 0

    rows, wrong = [], 0
    chosen = args.cases or [c for c, (larger, _) in cases.items() if args.full or not larger]
    for case in chosen:
        for threads in args.threads:
            best: dict[str, dict] = {}
            for _ in range(args.repeat):
                for library in ["kedja", *args.peers]:
                    if case not in drivers[library] or "error" in best.get(library, {}):
                        continue
                    python = sys.executable if library == "kedja" else args.peer_python
                    now = measured(script, python, library, case, threads, args.limit)
                    old = best.setdefault(library, now)
                    for key in ("wall", "cpu", "peak_mib"):
                        if key in old and key in now:
                            old[key] = min(old[key], now[key])
            ours = best["kedja"]
            for library, got in best.items():
                rows.append({"case": case, "threads": threads, "library": library} | got)
                head = f"{case:30} {threads} thread(s) {library:19}"
                if "error" in got or "error" in ours:
                    print(f"{head} {got.get('error', '')}", flush=True)
                    continue
                same = math.isclose(got["value"], ours["value"], rel_tol=tolerance)
                wrong += not same
                goal = f" (goal {cases[case][1]}x)" if library != "kedja" and cases[case][1] else ""
                print(
                    f"{head} wall {got['wall']:9.4f} s  cpu {got['cpu']:9.4f} s  "
                    f"peak {got['peak_mib']:6.0f} MiB  ratio {got['cpu'] / ours['cpu']:7.1f}x cpu, "
                    f"{got['peak_mib'] / max(ours['peak_mib'], 0.1):5.1f}x memory{goal}"
                    + ("" if same else f"  DIFFERS: {got['value']!r} not {ours['value']!r}"),
                    flush=True,
                )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(
        json.dumps(
            {
                "date": datetime.date.today().isoformat(),
                "machine": platform.processor() or platform.machine(),
                "processors": len(os.sched_getaffinity(0)),
                "python": platform.python_version(),
                "rows": rows,
            },
            indent=1,
        )
    )
    print(f"written to {args.out}; values that differ: {wrong}")
    return 1 if wrong else 0
