"""Debian's Chromium for tests and screenshots, and axe-core on what it shows."""

import shutil
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

ROOT = Path(__file__).resolve().parents[1]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTLED = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
"""What was just asked for (another width, dark) is on the screen before it is judged."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def launch(playwright: Playwright) -> Browser:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return playwright.chromium.launch(executable_path=program, args=ARGUMENTS)


@cache
def _axe() -> str:
    return (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()


def axe_finds(page: Page) -> list[str]:
    """Serious and critical violations, one line each with the first element that shows it."""
    page.evaluate(_axe())
    page.evaluate(SETTLED)
    result = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: {found['nodes'][0]['target']}"
        for found in result["violations"]
        if found["impact"] in {"serious", "critical"}
    ]
