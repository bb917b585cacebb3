"""The message catalogues: one per room, English msgids, complete Simplified Chinese.

python -m tools.messages ROOM …   extract the msgids of these rooms (default: all) into their .po files and compile
python -m tools.messages --check  list what is missing, fuzzy, unused or translated in two ways; exit 1 if anything is
python -m tools.messages --compile
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "suhui"
LOCALE = "zh_Hans"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METHODS = [("**/migrations/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "extensions": "jinja2.ext.do"}}
SNAPSHOT = SOURCE.parent.parent / "docs" / "openapi.json"
DOCUMENTED_BY = "api"
"""The room that shows the interface's document: what that says of fields is translated in its catalogue."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def rooms() -> dict[str, Path]:
    """Room name → folder, for every room that has an apps.py, and the house itself (what the `suhui` command says)."""
    found = {file.parent.name: file.parent for file in sorted(SOURCE.rglob("apps.py"))}
    return found | {"config": SOURCE / "config"}


def extract(folder: Path) -> Catalog:
    found = Catalog(locale=LOCALE)
    for file, _line, text, _comments, context in extract_from_dir(
        str(folder), METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=True
    ):
        found.add(text, None, locations=[(file, 0)], context=context)
    if folder.name == DOCUMENTED_BY:
        _add_descriptions(found)
    return found


def _add_descriptions(found: Catalog) -> None:
    from suhui.screens.api.describing import CONTEXT, descriptions

    for sentence in descriptions(json.loads(SNAPSHOT.read_text(encoding="utf-8"))):
        found.add(sentence, None, context=CONTEXT)


def po_path(folder: Path) -> Path:
    return folder / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def read(folder: Path) -> Catalog:
    path = po_path(folder)
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, abort_invalid=True)


def update(folder: Path) -> None:
    """Bring the room's .po up to date with its sources; translations of msgids that are gone are dropped."""
    found, known = extract(folder), read(folder)
    fresh = Catalog(locale=LOCALE, charset="utf-8")
    for message in found:
        if message.id:
            before = known.get(message.id, message.context)
            fresh.add(message.id, before.string if before else None, context=message.context)
    path = po_path(folder)
    if not len(fresh):
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    out = BytesIO()
    write_po(out, fresh, omit_header=True, sort_output=True, width=118, no_location=True)
    header = (
        'msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    path.write_text(header + out.getvalue().decode(), encoding="utf-8")


def compile_room(folder: Path) -> None:
    path = po_path(folder)
    target = path.with_suffix(".mo")
    if not path.exists():
        target.unlink(missing_ok=True)
        return
    if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
        return
    out = BytesIO()
    write_mo(out, read(folder))
    target.write_bytes(out.getvalue())


def text_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def gaps(folder: Path) -> Iterator[str]:
    """What a reader of Chinese would miss in this room, one sentence each."""
    found, known = extract(folder), read(folder)
    for message in found:
        if not message.id:
            continue
        here = known.get(message.id, message.context)
        strings = _strings(here) if here else []
        if here is None or not strings or not strings[0]:
            yield f"{folder.name}: no translation: {text_of(message)!r}"
        elif here.fuzzy:
            yield f"{folder.name}: fuzzy: {text_of(message)!r}"
        elif set(PLACEHOLDER.findall(strings[0])) - set(PLACEHOLDER.findall(" ".join(_ids(message)))):
            yield f"{folder.name}: unknown placeholder: {text_of(message)!r} → {strings[0]!r}"
    for message in known:
        if message.id and found.get(message.id, message.context) is None:
            yield f"{folder.name}: not used any more: {text_of(message)!r}"


def _ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def disagreements() -> Iterator[str]:
    """One msgid with two translations: Django merges the catalogues, so one room would speak for the other."""
    words: dict[tuple[str, str | None], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, folder in rooms().items():
        for message in read(folder):
            if message.id and message.string:
                words[text_of(message), message.context][_strings(message)[0]].append(name)
    for (text, _context), said in words.items():
        if len(said) > 1:
            yield f"said in two ways: {text!r}: " + "; ".join(f"{s!r} in {', '.join(r)}" for s, r in said.items())


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def check() -> list[str]:
    return [gap for folder in rooms().values() for gap in gaps(folder)] + list(disagreements())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("room", nargs="*")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--compile", action="store_true")
    wanted = parser.parse_args()
    if wanted.check:
        found = check()
        print("\n".join(found) or "The Chinese catalogue has no gap.")
        return 1 if found else 0
    for name in wanted.room or rooms():
        if not wanted.compile:
            update(rooms()[name])
        compile_room(rooms()[name])
        if not wanted.compile:
            for gap in gaps(rooms()[name]):
                print(gap)
    return 0


if __name__ == "__main__":
    sys.exit(main())
