"""A screenshot of every page of tools/pages.py, light and dark, in three widths, in Chinese, into screens-out/.

python -m tools.screens            all pages
python -m tools.screens case tasks pages whose name begins so
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.progress import track
from tests.chromium import launch
from tests.product import Suhui

from tools import arriving
from tools.pages import SIGHTS, Sight, address

OUT = Path(__file__).resolve().parent.parent / "screens-out"
WIDTHS = {390: 844, 768: 1024, 1440: 900}


def main() -> int:
    wanted = [sight for sight in SIGHTS if not sys.argv[1:] or sight.name.startswith(tuple(sys.argv[1:]))]
    OUT.mkdir(exist_ok=True)
    with ExitStack() as stack:
        browser = launch(stack.enter_context(sync_playwright()))
        homes = {home: stack.enter_context(started(demo=not home)) for home in {sight.home for sight in wanted}}
        for sight in track(wanted, "…"):
            take(browser, homes[sight.home], sight)
        browser.close()
    print(f"{len(wanted) * len(WIDTHS) * 2} pictures in {OUT}")
    return 0


@contextmanager
def started(*, demo: bool) -> Iterator[Suhui]:
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        suhui = Suhui(Path(folder) / "var", output=log)
        try:
            suhui.run(demo=demo)
            yield suhui
        finally:
            suhui.end()


def take(browser: Browser, suhui: Suhui, sight: Sight) -> None:
    """The six pictures of one page."""
    with arriving.asking(suhui) as ask:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{suhui.port}",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        page = context.new_page()
        if sight.who:
            arriving.enter(page, sight.who, ask)
        path = sight.arrive(page, ask) if sight.arrive else address(sight, ask)
        for dark in (False, True):
            page.emulate_media(color_scheme="dark" if dark else "light")
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                if path:
                    page.goto(path)
                page.wait_for_timeout(300)
                page.screenshot(path=OUT / f"{sight.name}-{width}-{'dark' if dark else 'light'}.png", full_page=True)
        context.close()


if __name__ == "__main__":
    sys.exit(main())
