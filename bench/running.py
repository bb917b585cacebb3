"""One size, measured from end to end in this process."""

import argparse
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import psutil

from bench import asking, home, measuring, pushing, reporting
from suhui.config import collecting
from suhui.platform.core import clock


def run(size: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """Everything asked for, as it will be kept; progress is printed line by line."""
    load = home.loaded(size)
    if load is None:
        raise SystemExit(f"{size} is not loaded")
    parts = arguments.parts.split(",")
    result: dict[str, Any] = {"cases": size, "load": asdict(load), "machine": machine()}
    home.warm(size)
    with clock.turned_to(load.moment):
        if "pages" in parts:
            result |= pages(arguments)
        if "report" in parts:
            result["report"] = reporting.weekly(load.moment)
        if "push" in parts:
            result["push"] = pushing.run(size)
    return result


def pages(arguments: argparse.Namespace) -> dict[str, Any]:
    only = {key for key in arguments.only.split(",") if key}
    lines: list[dict[str, Any]] = []
    empty = (0.0, 0.0)
    # As the web process does.
    collecting.collect_seldom()
    collecting.leave_out_what_stays()
    for asker in asking.askers():
        client = measuring.client_of(asker)
        empty = measuring.empty_page(client)
        for kind in asking.KINDS:
            if (only and kind.key not in only) or (kind.supervisor and "manager" not in asker.who):
                continue
            line = measuring.measure(kind, asker, client, arguments.requests, empty[0])
            print(said(line), flush=True)
            if arguments.slow and line.work95 > line.target:
                print("".join(f"      {took:8.1f} {url}\n" for took, url in line.slow), end="", flush=True)
            lines.append({**asdict(line), "met": line.met, "ratio": round(line.ratio, 1)})
    rss = psutil.Process().memory_info().rss / 2**20
    print(f"  an empty page {empty[0]:.1f} ms, this process {rss:.0f} MB", flush=True)
    found: dict[str, Any] = {"empty": empty, "memory_mb": round(rss)}
    return found if only else {**found, "pages": lines, "measured_at": datetime.now(UTC).isoformat()}


def said(line: measuring.Line) -> str:
    """One line of progress."""
    clock_ = f"p50 {line.p50:7.1f}  p95 {line.p95:7.1f}  work {line.work:6.1f} {line.work95:7.1f}"
    rest = f"queries {line.queries:3}  floor {line.floor:6.1f}  {'' if line.met else 'MISSED'}"
    return f"  {line.words:52} {line.who[:12]:12} {clock_}  {rest}"


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:  # noqa: PTH123 - a pseudo file
            name = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), name)
    except OSError:
        pass
    return {
        "processor": name,
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "busy": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }
