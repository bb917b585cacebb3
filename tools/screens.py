"""A screenshot of every page of tools/pages.py, light and dark, in three widths, in Chinese, into screens-out/.

python -m tools.screens            all pages
python -m tools.screens case tasks pages whose name begins so
"""

import re
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
from playwright.sync_api import Browser, Page, sync_playwright
from rich.progress import track
from tests.chromium import launch
from tests.product import Suhui

from tools.pages import SAMPLES, SIGHTS, Sight

OUT = Path(__file__).resolve().parent.parent / "screens-out"
WIDTHS = {390: 844, 768: 1024, 1440: 900}


def main() -> int:
    wanted = [sight for sight in SIGHTS if not sys.argv[1:] or sight.name.startswith(tuple(sys.argv[1:]))]
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        suhui = Suhui(Path(folder) / "var", output=log)
        try:
            suhui.run(demo=True)
            with sync_playwright() as playwright:
                browser = launch(playwright)
                for sight in track(wanted, "…"):
                    take(browser, suhui, sight)
                browser.close()
        finally:
            suhui.end()
    print(f"{len(wanted) * len(WIDTHS) * 2} pictures in {OUT}")
    return 0


def take(browser: Browser, suhui: Suhui, sight: Sight) -> None:
    """The six pictures of one page."""
    address = f"postgresql://postgres@/suhui?host={suhui.home}/postgres"
    with closing(psycopg.connect(address, autocommit=True)) as connection:

        def first(text: str) -> str:
            row = connection.execute(text.encode()).fetchone()
            return str(row[0]) if row else "0"

        path = re.sub(r"{(\w+)}", lambda found: first(f"{SAMPLES[found[1]]} LIMIT 1"), sight.path)
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{suhui.port}",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        page = context.new_page()
        if sight.who:
            enter(page, sight.who, first)
        for dark in (False, True):
            page.emulate_media(color_scheme="dark" if dark else "light")
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                page.goto(path)
                page.wait_for_timeout(300)
                page.screenshot(path=OUT / f"{sight.name}-{width}-{'dark' if dark else 'light'}.png", full_page=True)
        context.close()


def enter(page: Page, who: str, first: Callable[[str], str]) -> None:
    page.goto("/sign-in/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    user = first(
        "SELECT p.user_id FROM people_post p JOIN people_role r ON r.id = p.role_id JOIN people_user u "
        f"ON u.id = p.user_id WHERE u.username = '{who}' OR r.code = '{who}' ORDER BY (u.username = '{who}') DESC, u.id"
    )
    page.context.request.post("/enter-as/", form={"user": user, "csrfmiddlewaretoken": token, "next": "/settings/"})


if __name__ == "__main__":
    sys.exit(main())
