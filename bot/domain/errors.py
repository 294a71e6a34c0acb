"""Errors that are foreseen: a refusal is worded for whoever asked, and changes nothing."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.notices import Notice


class Refused(Exception):
    """What was asked cannot be done; `notice` says why. Whatever the transaction did before is rolled back."""

    def __init__(self, notice: "Notice") -> None:
        super().__init__(type(notice).__name__)
        self.notice = notice
