"""Everything that can be said about the sources without running them. `--fix` mends what a machine can mend.

Every check runs, so that one look tells all that is wrong; the exit code is 1 when any has failed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(sys.executable).parent

CHECKS: list[tuple[str, list[str]]] = [
    ("format", ["ruff", "format", "--check", "--quiet", "."]),
    ("lint", ["ruff", "check", "--quiet", "."]),
    ("types", ["mypy", "--no-error-summary"]),
    ("storeys", ["lint-imports"]),
    ("templates", ["djlint", "--lint", "--quiet", "src"]),
    ("catalogues", ["python", "-m", "tools.messages", "--check"]),
    ("scripts", ["python", "-m", "tools.frontend", "--check"]),
]
FIXES: list[tuple[str, list[str]]] = [
    ("lint", ["ruff", "check", "--quiet", "--fix", "."]),
    ("format", ["ruff", "format", "--quiet", "."]),
    ("catalogues", ["python", "-m", "tools.messages"]),
]


def run(commands: list[tuple[str, list[str]]]) -> list[str]:
    """Run them one after the other; the names of those that failed. Only a failed one is heard."""
    failed = []
    for name, (program, *arguments) in commands:
        began = time.monotonic()
        done = subprocess.run(
            [str(HERE / program), *arguments], cwd=ROOT, env=os.environ, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        print(f"{name:12} {'failed' if done.returncode else 'ok':7} {time.monotonic() - began:5.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    return failed


def main() -> int:
    if "--fix" in sys.argv[1:]:
        run(FIXES)
    return 1 if run(CHECKS) else 0


if __name__ == "__main__":
    sys.exit(main())
