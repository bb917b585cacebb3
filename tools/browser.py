"""Installs what the browser tests need and the machine lacks: Chromium and a Chinese font, from Debian's packages."""

import os
import shutil
import subprocess
import sys

PACKAGES = ["chromium", "fonts-noto-cjk"]


def missing() -> list[str]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout if _has_fc() else b""
    return [name for name, there in zip(PACKAGES, (chromium, fonts), strict=True) if not there]


def _has_fc() -> bool:
    return shutil.which("fc-list") is not None


def main() -> int:
    wanted = missing()
    if not wanted:
        return 0
    names = " ".join(wanted)
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (as_root and not _may_sudo()):
        print(f"The browser tests need {names}: install them (apt-get install {names}) and start again.")
        return 1
    print(f"Installing {names} …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *wanted, "fontconfig"]):
        done = subprocess.run(
            [*as_root, "apt-get", *arguments],
            env=quiet,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            print(f"apt-get {arguments[0]} failed: install {names} by hand and start again.")
            return 1
    return 0


def _may_sudo() -> bool:
    if not shutil.which("sudo"):
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
