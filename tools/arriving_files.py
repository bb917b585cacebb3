"""How to come to the pages of an import: a list as a shop would send it, sent in, tried, imported."""

from playwright.sync_api import FilePayload, Page, expect

from tools.arriving import Ask

LIST = (
    "客户名称,手机号码,详细地址,客户类型,会员等级,备注\n"
    "欧阳明月,13812340001,浙江省杭州市西湖区文三路478号3幢502室,个人,金卡,老客户\n"
    "远行服饰有限公司,0571-88881234,杭州市滨江区江南大道588号,企业,,月结\n"
    "阿不都热依木·买买提,13912340002,新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿图什市帕米尔路10号,个人,,\n"
    "李雷,12,上海市浦东新区张江路88号,个人,,\n"
    ",13712340003,苏州市姑苏区人民路1号,个人,银卡,\n"
    "韩梅梅,13612340004,深圳市南山区科技路5号,外星人,,\n"
    "欧阳明月,13812340001,,个人,,重复的一行\n"
)


def sent(page: Page, _ask: Ask) -> str:
    """The columns of a file just sent in."""
    page.goto("/exchange/new/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    file: FilePayload = {"name": "十一月会员名单.csv", "mimeType": "text/csv", "buffer": LIST.encode("gbk")}
    answer = page.context.request.post(
        "/exchange/new/", multipart={"csrfmiddlewaretoken": token, "kind": "customers", "file": file}
    )
    assert answer.ok, answer.status
    page.goto(answer.url)
    return ""


def tried(page: Page, ask: Ask) -> str:
    """The same file after its trial."""
    sent(page, ask)
    page.click(".import-mapping button.primary")
    expect(page.locator("form[action$='/start/']")).to_be_visible(timeout=30_000)
    return ""


def done(page: Page, ask: Ask) -> str:
    """The same file imported."""
    tried(page, ask)
    page.click("form[action$='/start/'] button.primary")
    expect(page.locator("[data-opener-dialog-value=undo-import]")).to_be_visible(timeout=30_000)
    return ""


def lines(page: Page, ask: Ask) -> str:
    """Its lines that are wrong, each with the reason."""
    tried(page, ask)
    return f"{page.url.split('?')[0]}lines/?state=wrong"
