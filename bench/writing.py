"""The figures as tables in docs/benchmarks.md, between their marks, and the growth as a picture in docs/pictures."""

import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
PAGE, PICTURE = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "pictures" / "growth.svg"
DATA = ROOT / "docs" / "benchmarks.json"
MEMORY_TARGET = 400
Result = dict[str, Any]


def write(results: list[Result]) -> None:
    """Put the results of the sizes measured into the page."""
    import json

    results = sorted((result for result in results if "pages" in result), key=lambda result: int(result["cases"]))
    if not results:
        return
    page = PAGE.read_text()
    for mark, table in (("machine", _machine), ("pages", _pages), ("pushes", _pushes), ("growth", _growth)):
        text = table(results)
        pattern = re.compile(rf"(<!-- bench {mark} -->\n).*?(<!-- /bench -->)", re.DOTALL)
        page = pattern.sub(lambda found, text=text: f"{found[1]}{text}{found[2]}", page)  # type: ignore[misc]
    PAGE.write_text(page)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(results))
    DATA.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n")
    print(f"written: {PAGE.relative_to(ROOT)}, {PICTURE.relative_to(ROOT)}, {DATA.relative_to(ROOT)}")


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n"


def _head(*cells: str) -> str:
    return _row(*cells) + "|" + "---|" * len(cells) + "\n"


def _machine(results: list[Result]) -> str:
    last = results[-1]
    machine, load = last["machine"], last["load"]
    busy = f"; {machine['busy']} processes wanted the cores when it began" if machine["busy"] > 1.5 else ""
    return (
        f"{last['measured_at'][:10]}, {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"Python {machine['python']}{busy}. Loaded with seed {load['seed']}: "
        + ", ".join(f"{result['cases']:,} cases in {result['load']['seconds']:,.0f} s" for result in results)
        + f". An empty page takes {last['empty'][0]:.1f} ms.\n"
    )


def _pages(results: list[Result]) -> str:
    last = results[-1]
    text = _head(
        f"{last['cases']:,} cases", "who", "p50 ms", "p95 ms", "aim", "", "queries", "floor ms", "ratio", "work ms"
    )
    for line in last["pages"]:
        aim = f"< {line['target']}" if line["target"] else ""
        verdict = "ok" if line["met"] else "**missed**"
        text += _row(
            *(line["words"], line["who"], f"{line['p50']:.1f}", f"{line['p95']:.1f}", aim, verdict),
            *(line["queries"], f"{line['floor']:.1f}", line["ratio"], f"{line['work']:.1f}"),
        )
    memory = last["memory_mb"]
    verdict = "ok" if memory < MEMORY_TARGET else "**missed**"
    return text + f"\nOne process after all of these: {memory} MB (aim < {MEMORY_TARGET} MB, {verdict}).\n"


def _pushes(results: list[Result]) -> str:
    last = results[-1]
    text = _head("what", "measured", "aim", "", "floor, and what it is", "ratio")
    if "report" in last:
        report = last["report"]
        for words, key in (("weekly report, made", "make_ms"), ("weekly report, read", "read_ms")):
            verdict = "ok" if report[key] < report["target"] else "**missed**"
            ratio = f"{report[key] / max(1, report['floor_ms']):.1f}"
            floor = f"{report['floor_ms']} ms: its eight weeks counted by one statement"
            text += _row(words, f"{report[key]} ms", f"< {report['target']} ms", verdict, floor, ratio)
    if "push" in last:
        push = last["push"]
        for words, key, target, floor, what in (
            ("single pushes through the door", "single_per_second", "single_target", "single_floor", "bare INSERTs"),
            ("single pushes until all is done", "handled_per_second", "single_target", "single_floor", "bare INSERTs"),
            ("scans in bulk, two callers, whole tracks", "bulk_per_second", "bulk_target", "bulk_floor", "COPY"),
            ("the same, one caller", "bulk_one_per_second", "bulk_target", "bulk_floor", "COPY"),
            ("one caller, newer lines", "bulk_news_per_second", "bulk_target", "bulk_floor", "COPY"),
            ("one caller, older lines as history", "bulk_history_per_second", "bulk_target", "bulk_floor", "COPY"),
            ("one caller, every parcel raises one", "bulk_overdue_per_second", "bulk_target", "bulk_floor", "COPY"),
        ):
            verdict = "ok" if push[key] >= push[target] else "**missed**"
            ratio = f"{push[floor] / max(1, push[key]):.1f}"
            text += _row(words, f"{push[key]:,}/s", f"{push[target]:,}/s", verdict, f"{push[floor]:,}/s: {what}", ratio)
    return text


def _worst(result: Result, key: str) -> float:
    """The slower of the two who ask."""
    return max((line["p95"] for line in result["pages"] if line["key"] == key), default=0.0)


def _queries(result: Result, key: str) -> int:
    return max((int(line["queries"]) for line in result["pages"] if line["key"] == key), default=0)


def _growth(results: list[Result]) -> str:
    sizes = [f"{result['cases']:,}" for result in results]
    text = _head("p95 ms, the slower of agent and manager", *sizes, "queries")
    for key, words in _keys(results):
        queries = " → ".join(dict.fromkeys(str(_queries(result, key)) for result in results))
        text += _row(words, *(f"{_worst(result, key):.1f}" for result in results), queries)
    text += _row("memory of a process, MB", *(result["memory_mb"] for result in results), "")
    if all("push" in result for result in results):
        text += _row("scans in bulk a second", *(f"{result['push']['bulk_per_second']:,}" for result in results), "")
    return text + "\n![p95 by number of cases](pictures/growth.svg)\n"


def _keys(results: list[Result]) -> list[tuple[str, str]]:
    return list({line["key"]: line["words"] for line in results[-1]["pages"]}.items())


WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 860, 420, 56, 24, 40, 300
TONES = ("#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#bf3989", "#0a7ea4", "#57606a")
_OPENS = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
    'font-size="13" role="img" aria-label="p95 in milliseconds by number of cases">'
)
SHOWN = ("views", "filtered", "deep", "case", "customer", "name", "common", "team")


def picture(results: list[Result]) -> str:
    """p95 over the number of cases, a line a kind; as plain SVG that reads on light and dark."""
    words = dict(_keys(results))
    kinds = [key for key in SHOWN if key in words]
    top = max(60.0, *(_worst(result, key) for result in results for key in kinds)) * 1.1
    wide = WIDTH - LEFT - RIGHT
    step = wide / max(1, len(results) - 1)

    def at(place: int, value: float) -> tuple[float, float]:
        return LEFT + place * step, TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)

    parts = [
        _OPENS,
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#ffffff"/>',
    ]
    for tick in range(5):
        value = top * tick / 4
        y = at(0, value)[1]
        parts.append(f'<path d="M{LEFT} {y:.1f}H{LEFT + wide}" stroke="#d8dee4"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#57606a">{value:.0f}</text>')
    for place, result in enumerate(results):
        x = at(place, 0)[0]
        label = f"{result['cases']:,}"
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 14}" text-anchor="middle" fill="#57606a">{label}</text>')
    parts.append(f'<text x="{LEFT}" y="16" fill="#57606a">p95, ms</text>')
    order = sorted(kinds, key=lambda key: -_worst(results[-1], key))
    for number, key in enumerate(order):
        tone = TONES[number % len(TONES)]
        points = [at(place, _worst(result, key)) for place, result in enumerate(results)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{tone}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{tone}"/>' for x, y in points]
        y = TOP + 16 + number * 22
        x = LEFT + wide + 24
        parts.append(f'<path d="M{x} {y - 4}h18" stroke="{tone}" stroke-width="3"/>')
        said = escape(f"{words[key]}: {_worst(results[-1], key):.0f}")
        parts.append(f'<text x="{x + 26}" y="{y}" fill="#24292f">{said}</text>')
    return "\n".join([*parts, "</svg>", ""])
