"""python -m tests.fakes.discord --port 0: the server as a process; API and gateway are the first two lines it prints."""

import argparse
import asyncio
import signal
from datetime import UTC, datetime

from .control import SteeredDiscord
from .rates import RateLimits
from .server import TOKEN


def now() -> datetime:
    """The real clock: a process of its own has no test to hand it one (`{"do": "clock"}` moves it)."""
    return datetime.now(UTC)  # noqa: TID251 - see the docstring


async def serve(options: argparse.Namespace) -> None:
    """Run until SIGTERM or SIGINT."""
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    rates = RateLimits() if options.rates else None
    server = SteeredDiscord(now, port=options.port, latency=options.latency, rates=rates, journal=False, token=options.token)
    async with server as discord:
        print(discord.url, flush=True)  # noqa: T201 - the parent process reads the addresses here
        print(discord.gateway_url, flush=True)  # noqa: T201
        await over.wait()


def main() -> None:
    """Read the command line and serve."""
    reader = argparse.ArgumentParser(prog="tests.fakes.discord", description=__doc__)
    reader.add_argument("--port", type=int, default=0)
    reader.add_argument("--token", default=TOKEN)
    reader.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    reader.add_argument("--rates", action="store_true", help="Discord's rate limits on")
    asyncio.run(serve(reader.parse_args()))


if __name__ == "__main__":
    main()
