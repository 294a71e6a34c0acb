"""What the tests of the fakes stand on."""

import ssl
from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from .stage import Hand, Stage
from .telegram import FakeTelegram


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    clock, no_certificates = Hand(), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading them is most of a client's start-up
    requests = [HTTPXRequest(httpx_kwargs={"verify": no_certificates}) for _ in range(2)]
    async with (
        FakeTelegram(now=clock) as tg,
        httpx.AsyncClient(verify=no_certificates) as raw,
        Bot(
            tg.token,
            base_url=f"{tg.url}/bot",
            base_file_url=f"{tg.url}/file/bot",
            request=requests[0],
            get_updates_request=requests[1],
        ) as bot,
    ):
        tg.journal.clear()
        yield Stage(tg, bot, clock, raw, tg.person("Ann", username="ann"), tg.person("Боб", last_name="Ё"))
