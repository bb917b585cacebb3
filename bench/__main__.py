"""python -m bench: what pages, searches, reports and pushes take on the loaded companies, beside their floors.

--sizes 10000,100000,1000000 (those that are loaded), --parts pages,report,push, --requests 100; each size in a process
of its own. Results go to SUHUI_HOME/bench as JSON and, with --write, into docs/benchmarks.md and docs/pictures.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from bench import home

SIZES = (10_000, 100_000, 1_000_000)
PARTS = ("pages", "report", "push")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--only", default="", help="kinds of pages, by key: views,case,two")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--slow", action="store_true", help="name the slowest addresses")
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return _measure(arguments)
    sizes = [size for size in map(int, arguments.sizes.split(",")) if home.loaded(size)]
    if not sizes:
        print("Nothing is loaded: make load ARGS='--cases 10000' first.")
        return 1
    for size in sizes:
        print(f"\n{size:,} cases", flush=True)
        done = subprocess.run([sys.executable, "-m", "bench", "--one", str(size), *sys.argv[1:]], check=False)
        if done.returncode:
            return done.returncode
    if arguments.write:
        from bench import writing

        writing.write([json.loads(result_of(size).read_text()) for size in SIZES if result_of(size).exists()])
    return 0


def result_of(size: int) -> Path:
    return home.FOLDER / f"result-{size}.json"


def _measure(arguments: argparse.Namespace) -> int:
    os.environ["SUHUI_LOG"] = "ERROR"
    home.use(arguments.one)
    from django.core.management import call_command

    from bench import running

    # What has been loaded before a migration was written is taken along.
    call_command("migrate", verbosity=0, interactive=False)
    result = running.run(arguments.one, arguments)
    kept = result_of(arguments.one)
    kept.parent.mkdir(parents=True, exist_ok=True)
    if kept.exists():
        old = json.loads(kept.read_text())
        result = {**old, **result}
    kept.write_text(json.dumps(result, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
