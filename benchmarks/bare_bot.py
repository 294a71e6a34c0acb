"""The least that one would write without Plan E: a python-telegram-bot bot that stores one row and answers."""

import argparse

import aiosqlite
from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes

_connections: list[aiosqlite.Connection] = []


async def checkin(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Store the words, commit, answer."""
    assert update.message is not None
    assert update.effective_user is not None
    words = " ".join(context.args or ())
    row = (update.effective_user.id, words, update.message.date.isoformat())
    await _connections[0].execute("INSERT INTO checkins (account, words, at) VALUES (?, ?, ?)", row)
    await _connections[0].commit()
    await update.message.reply_text(f"Logged: {words}")


async def _open(path: str) -> None:
    connection = await aiosqlite.connect(path)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        await connection.execute(f"PRAGMA {pragma}")
    await connection.execute("CREATE TABLE IF NOT EXISTS checkins (id INTEGER PRIMARY KEY, account INTEGER, words TEXT, at TEXT)")
    _connections.append(connection)


def main() -> None:
    """Poll until SIGTERM, as in python-telegram-bot's examples; `--at-once` handles that many updates side by side."""
    reader = argparse.ArgumentParser(description=__doc__)
    for name in ("--url", "--token", "--database"):
        reader.add_argument(name, required=True)
    reader.add_argument("--at-once", type=int, default=1)
    options = reader.parse_args()
    builder = Application.builder().token(options.token).base_url(f"{options.url}/bot").concurrent_updates(options.at_once)
    application = builder.post_init(lambda _: _open(options.database)).post_stop(lambda _: _connections[0].close()).build()
    application.add_handler(CommandHandler("checkin", checkin))
    application.run_polling(allowed_updates=["message"])


if __name__ == "__main__":
    main()
