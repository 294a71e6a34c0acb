"""What happens to chats without anybody typing: the bot is added, moved, removed or blocked; members leave."""

from datetime import datetime

from bot.events import Event
from bot.store.database import Tx


async def handle(tx: Tx, event: Event, *, at: datetime, source: str) -> None:
    """Handle what happened to a chat."""
    raise NotImplementedError
