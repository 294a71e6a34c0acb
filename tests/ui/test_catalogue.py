"""Every sentence goes through the catalogue, so that another language is a matter of translating."""

import ast
from collections.abc import Iterator
from pathlib import Path

import bot
from bot.ui import extract

PACKAGE = Path(bot.__file__).parent
# The position of the sentence in a call of each kind.
SENTENCES = {"w": (0,), "words": (0,), "label": (0,), "many": (0, 1), "count": (1, 2)}
# Sentences that are extracted where they are written, and handed on by name.
HANDED_ON = {
    ("platforms/discord/register.py", "one.summary"),
    ("platforms/discord/register.py", "option.summary"),
    ("platforms/sandbox/adapter.py", "one.summary"),
    ("platforms/telegram/adapter.py", "one.summary"),
    ("ui/general.py", "summary"),
    ("ui/words.py", "one"),
    ("ui/words.py", "other"),
    ("ui/words.py", "sentence"),
}


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id="w" | "words" as name):
                    yield name, node
                case ast.Attribute(attr="label" | "many" | "count" as name, value=ast.Name(id="w" | "words" | "self")):
                    yield name, node
                case _:
                    pass


def test_every_sentence_is_written_out_where_it_is_said() -> None:
    computed = []
    for file in sorted(PACKAGE.rglob("*.py")):
        where = str(file.relative_to(PACKAGE))
        for name, call in _calls(ast.parse(file.read_text(encoding="utf-8"))):
            for position in SENTENCES[name]:
                said = call.args[position]
                literal = isinstance(said, ast.Constant) and isinstance(said.value, str)
                if not literal and (where, ast.unparse(said)) not in HANDED_ON:
                    computed.append(f"{where}:{said.lineno}: {ast.unparse(said)}")
    assert not computed


def test_the_template_for_translators_is_up_to_date() -> None:
    assert extract.TEMPLATE.read_bytes() == extract.template(), "run: python -m bot.ui.extract"
