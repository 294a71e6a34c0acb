"""A bare bot that has cards to send to many: python-telegram-bot and its AIORateLimiter, which answers go through as well."""

import argparse
import asyncio

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, Application, CommandHandler, ContextTypes

from benchmarks.crowd import FIRST_ACCOUNT


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer, and store nothing."""
    assert update.message is not None
    await update.message.reply_text(f"Logged: {' '.join(context.args or ())}")


async def _send_cards(application: Application, cards: int) -> None:  # type: ignore[type-arg]
    async def send(account: int) -> None:
        try:
            await application.bot.send_message(account, "Good morning. Today: chapter 3, 90 minutes.")
        except TelegramError:
            return  # given up by the rate limiter: counted at the other end

    async with asyncio.TaskGroup() as sending:
        for number in range(cards):
            sending.create_task(send(FIRST_ACCOUNT + number))


def main() -> None:
    """Poll until SIGTERM; the cards are sent as soon as it runs."""
    reader = argparse.ArgumentParser(description=__doc__)
    for name in ("--url", "--token"):
        reader.add_argument(name, required=True)
    reader.add_argument("--cards", type=int, required=True)
    reader.add_argument("--rate", type=float, required=True)
    options = reader.parse_args()
    limiter = AIORateLimiter(overall_max_rate=options.rate, max_retries=100)
    builder = Application.builder().token(options.token).base_url(f"{options.url}/bot").concurrent_updates(64)

    async def begin(application: Application) -> None:  # type: ignore[type-arg]
        application.create_task(_send_cards(application, options.cards))

    application = builder.rate_limiter(limiter).post_init(begin).build()
    application.add_handler(CommandHandler("checkin", answer))
    application.run_polling(allowed_updates=["message"])


if __name__ == "__main__":
    main()
