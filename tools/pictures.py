"""The README's pictures, taken anew from the demo company into docs/pictures.

python -m tools.pictures
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from tests.chromium import launch
from tests.product import Suhui

from tools.arriving import Ask, asking, enter

OUT = Path(__file__).resolve().parent.parent / "docs" / "pictures"
BUSY_CASE = (
    "SELECT c.id FROM cases_case c JOIN cases_caseentry e ON e.case_id = c.id WHERE c.kind = 'complaint' AND c.state "
    "IN ('in_progress', 'waiting_department', 'proposed') GROUP BY c.id ORDER BY count(*) DESC, c.id LIMIT 1"
)
PARCEL = (
    "SELECT w.number, w.recipient_phone FROM shipments_waybill w "
    "JOIN shipments_waybillexception e ON e.waybill_id = w.id WHERE e.kind = 'damaged' "
    "AND w.recipient_phone <> '' ORDER BY w.id LIMIT 1"
)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        suhui = Suhui(Path(folder) / "var", output=log)
        try:
            suhui.run(demo=True)
            with asking(suhui) as ask, sync_playwright() as playwright:
                browser = launch(playwright)
                at_a_desk(browser, suhui.port, ask)
                on_a_phone(browser, suhui.port, ask)
                browser.close()
        finally:
            suhui.end()
    return 0


def come(browser: Browser, port: int, width: int, height: int) -> Page:
    return browser.new_context(
        base_url=f"http://127.0.0.1:{port}",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    ).new_page()


def at_a_desk(browser: Browser, port: int, ask: Ask) -> None:
    sights = {
        "my-day": ("agent", "/"),
        "case": ("manager", f"/cases/{ask(BUSY_CASE)[0][0]}/?view=open"),
        "team": ("supervisor", "/team/"),
        "parcels": ("agent", "/waybills/exceptions/"),
    }
    for name, (who, path) in sights.items():
        page = come(browser, port, 1440, 900)
        enter(page, who, ask)
        take(page, name, path)


def on_a_phone(browser: Browser, port: int, ask: Ask) -> None:
    page = come(browser, port, 390, 844)
    page.goto("/p/")
    number, phone = ask(PARCEL)[0]
    page.get_by_label("运单号").first.fill(number)
    page.get_by_label("手机号后四位").fill(phone[-4:])
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**/p/parcels/**")
    take(page, "portal", page.url)


def take(page: Page, name: str, path: str) -> None:
    page.goto(path)
    page.wait_for_timeout(1500)
    page.screenshot(path=OUT / f"{name}.png")
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())
