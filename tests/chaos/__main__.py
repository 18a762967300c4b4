"""`make chaos`: the whole of Hejnał under fire, and the question whether anything that it promised is lost.

    python -m tests.chaos --submissions 300 --kills 8 --seed 1 [--break sync] [--out DIR [--resume]]

Ends with one line of counters, and with status 1 when one of them is not 0.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from embedded.processes import CannotRun
from tests.chaos import verdict
from tests.chaos.breaks import BREAKS
from tests.chaos.nemesis import unmount
from tests.chaos.run import Run, Wish


def main() -> int:
    """Run once: 0 when everything holds, 1 when something does not, 2 when the run could not be made."""
    options = _options()
    out = options.out or Path(tempfile.mkdtemp(prefix="hejnal-chaos-"))
    if out.exists() and any(out.iterdir()) and not options.resume:
        print(f"{out} holds a run already: add --resume, or name another folder.", file=sys.stderr)
        return 2
    wish = Wish(
        options.submissions, options.kills, options.seed, options.clients, options.breaks, out.absolute(),
        options.drain, options.patience, options.template, options.only_seed, _ports(options.ports),
    )  # fmt: skip
    begun = time.monotonic()
    try:
        run = Run(wish)
        counters = run.go()
    except (CannotRun, RuntimeError) as reason:
        print(f"The run could not be made: {reason}\nIts folder: {out}", file=sys.stderr)
        if options.out is None:  # nobody will take it up again
            unmount(out / "stage" / "var" / "blobs")
        return 2
    if wish.only_seed:
        return 0
    _say(run, counters, time.monotonic() - begun)
    bad = any(counters.values())
    if not bad:
        run.stage.remove()
    print(f"What the clients saw and what was judged: {out}", file=sys.stderr)
    return 1 if bad else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description="Break everything, lose nothing.")
    parser.add_argument("--submissions", type=int, default=300)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--break", dest="breaks", choices=list(BREAKS), default="")
    parser.add_argument("--clients", type=int, default=16, choices=range(1, 65), metavar="1-64")
    parser.add_argument("--drain", type=float, default=300, help="seconds until nothing may wait any more")
    parser.add_argument(
        "--patience", type=float, default=120, help="seconds until a request must be answered"
    )
    parser.add_argument(
        "--out", type=Path, help="where history.jsonl and invariants.json go; else a temporary folder"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument(
        "--from",
        dest="template",
        type=Path,
        help="begin with the servers and drafts that --only-seed left there",
    )
    parser.add_argument("--only-seed", action="store_true", help="end before the fire")
    parser.add_argument(
        "--ports", default="", help="such as web=5100,postgresql=5101,valkey=5102; else free ones"
    )
    return parser.parse_args()


def _ports(text: str) -> dict[str, int]:
    return {name: int(port) for name, _, port in (part.partition("=") for part in text.split(",") if part)}


def _say(run: Run, counters: dict[str, int], seconds: float) -> None:
    figures, told = run.figures, run.told
    rush = run.state.get("rush_seconds") or 1
    in_rush = len(told.acknowledged) - round(run.wish.submissions * 0.1)
    print(
        f"faults={figures.get('faults', 0):.0f} restarts={run.stage.restarts} unknown={run.history.counts['unknown']}"
        f" awards={len(told.awarded)} rate={max(0, in_rush) / rush:.1f}/s drain={figures.get('drain', 0):.0f}s seconds={seconds:.0f}"
    )
    if counters[verdict.OTHER]:
        print(f"other violations: {counters[verdict.OTHER]}")
    counted = " ".join(f"{name}={counters[name]}" for name in verdict.COUNTERS)
    print(f"submissions={run.wish.submissions} acknowledged={len(told.acknowledged)} {counted}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
