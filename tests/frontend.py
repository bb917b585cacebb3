"""A pytest plugin: pages need the built front end, so build it when nothing is built yet."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "src" / "suhui" / "static" / "manifest.json"


def pytest_sessionstart() -> None:
    if MANIFEST.exists():
        return
    frontend = ROOT / "frontend"
    if not (frontend / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=frontend, check=True)
    subprocess.run(["npm", "run", "--silent", "build"], cwd=frontend, check=True)
