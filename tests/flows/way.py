"""A way to a server, over TCP, which a test can cut: silence, as when a cable is pulled or a firewall forgets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Way:
    """Carries bytes between whoever connects to `port` and the server that listens at a file."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._passable = asyncio.Event()
        self._passable.set()
        self._lost: set[asyncio.Task[None]] = set()
        self._carriers: set[asyncio.Task[None]] = set()
        self.port = 0

    def cut(self) -> None:
        """Accept nothing, carry nothing, and tell nobody."""
        self._passable.clear()

    def mend(self, *, forget: bool) -> None:
        """Carry on; to `forget` the connections made before the cut is to stay silent on them for ever."""
        if forget:
            self._lost |= self._carriers
        self._passable.set()

    async def carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """Carry one connection's bytes, until one of both ends it."""
        await self._passable.wait()
        own = asyncio.current_task()
        assert own is not None
        self._carriers.add(own)
        far, forth = await asyncio.open_unix_connection(self._socket)

        async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while data := await reader.read(1 << 16):
                await self._passable.wait()
                if own in self._lost:
                    await asyncio.Event().wait()
                writer.write(data)
                await writer.drain()
            await self._passable.wait()
            if own not in self._lost:
                writer.close()

        try:
            with suppress(OSError):
                async with asyncio.TaskGroup() as pumps:
                    pumps.create_task(pump(near, forth))
                    pumps.create_task(pump(far, back))
        except* OSError:
            pass
        finally:
            self._carriers.discard(own)
            forth.close()
            back.close()


@asynccontextmanager
async def way_to(socket: str) -> AsyncIterator[Way]:
    """A way that is open, to the server that listens at this file."""
    made = Way(socket)
    async with asyncio.TaskGroup() as carriers:

        def begin(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
            tasks.add(carriers.create_task(made.carry(near, back)))

        tasks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(begin, "127.0.0.1", 0)
        made.port = server.sockets[0].getsockname()[1]
        try:
            yield made
        finally:
            server.close()
            for task in tasks:
                task.cancel()
