"""How often a process looks for rubbish that holds on to itself."""

import gc

YOUNG = 50_000
"""New objects after which it looks. A lot's rows come and go by then without being looked at; with Python's 700 every
lot makes it go through all dictionaries of the process, a fifth of an import's work."""


def collect_seldom() -> None:
    gc.set_threshold(YOUNG, 20, 20)


def leave_out_what_stays() -> None:
    """What a process has loaded by now stays until it ends, and is not looked through again: a tenth of a page's time,
    and the long waits of the slowest pages."""
    gc.collect()
    gc.freeze()
