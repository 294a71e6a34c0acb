"""Telegram, through python-telegram-bot's client: the only place that knows it."""

import os

# python-telegram-bot 22 warns whenever a wait is read as a number; it gives a timedelta to those who ask for it.
os.environ.setdefault("PTB_TIMEDELTA", "1")
