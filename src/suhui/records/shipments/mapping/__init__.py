"""What each source's status codes mean in the house's words: shipped tables, as data. An administrator's rows
(models.StatusCode) go before them; a code in neither stays "unknown", with its raw form kept."""

from suhui.records.shipments.mapping import aggregators, carriers, world
from suhui.records.shipments.mapping.meaning import UNKNOWN, Meaning

__all__ = ["SHIPPED", "UNKNOWN", "Meaning", "shipped_meaning", "teach"]

SHIPPED: dict[str, dict[str, Meaning]] = {
    "kuaidi100": aggregators.KUAIDI100,
    "kdniao": aggregators.KDNIAO,
    "cainiao": aggregators.CAINIAO,
    "sf": carriers.SF,
    "manual": carriers.OWN,
    "file": carriers.OWN,
    "api": carriers.OWN,
    "aftership": world.AFTERSHIP,
    "track17": world.TRACK17,
    "upu": world.EMSEVT,
}
"""By source (choices.Source) and code."""


def teach(source: str, codes: dict[str, Meaning]) -> None:
    """Rooms above know what further codes of a source mean ("shop", with the shop's name before each code)."""
    SHIPPED.setdefault(source, {}).update(codes)


def shipped_meaning(source: str, code: str) -> Meaning:
    """The shipped meaning of a code. AfterShip and 17TRACK refine as `Base_detail`: an unknown detail is its base."""
    table = SHIPPED.get(source, {})
    found = table.get(code)
    if found is None and source in ("aftership", "track17"):
        found = table.get(code.partition("_")[0])
    return found or UNKNOWN
