"""The template that translators start from: every sentence of the code, gathered into locales/plan-e.pot."""

from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from bot.ui.words import LOCALES

TEMPLATE: Final = LOCALES / "plan-e.pot"
# Where a sentence stands: w("…"), w.label("…"), w.many("one", "other", n), w.count(n, "one", "other"), and Command and Option
# (name, "…").
_KEYWORDS: Final = {"w": None, "words": None, "label": None, "many": (1, 2), "count": (2, 3), "Command": (2,), "Option": (2,)}


def template() -> bytes:
    """The template as it should be: sentences in the order of the files, without dates or line numbers that only make noise."""
    catalog = Catalog(project="Plan E", fuzzy=False, charset="utf-8")
    package = Path(__file__).parents[1]
    for folder in ("commands", "ui"):
        found = extract_from_dir(package / folder, method_map=[("**.py", "python")], keywords=_KEYWORDS)
        for file, _line, message, _comments, _context in found:
            catalog.add(message, locations=[(f"{folder}/{file}", 0)])
    written = BytesIO()
    write_po(written, catalog, omit_header=True, sort_by_file=True, include_lineno=False, width=130)
    return written.getvalue()


def main() -> None:
    """`python -m bot.ui.extract`: write the template."""
    TEMPLATE.write_bytes(template())


if __name__ == "__main__":
    main()
