"""Charts as data: a view builds one, `{% include "desk/_chart.html" %}` draws it with its table behind it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Number = int | float | None


@dataclass(frozen=True)
class Series:
    """One line or one set of bars. `urls`, one a value, lead to the rows behind each figure."""

    name: str
    values: Sequence[Number]
    urls: Sequence[str] = ()


@dataclass(frozen=True)
class Chart:
    """`kind`: bar (standing), bars (lying, for long names), line. `title` says what and the period in words;
    `unit` stands behind every figure ("%"); `target` is drawn as a line named `target_label`."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: Literal["bar", "bars", "line"] = "bar"
    unit: str = ""
    target: Number = None
    target_label: str = ""

    def as_data(self) -> dict[str, Any]:
        """What the script reads."""
        return asdict(self)
