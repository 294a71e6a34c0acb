"""What the tests of the fakes stand on."""

import ssl
from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from .discord import FakeDiscord
from .discord_stage import Client, talking_to
from .discord_stage import Stage as DiscordStage
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


@pytest.fixture
async def discord_stage() -> AsyncIterator[DiscordStage]:
    clock = Hand()
    async with FakeDiscord(now=clock, checks_answers=True) as dc, httpx.AsyncClient() as raw, talking_to(dc):
        ann, bob = dc.person("Ann", username="ann"), dc.person("Боб")
        group = dc.group("Study", members=[ann, bob])
        dc.adds_bot(group, by=ann)
        stage = DiscordStage(dc, Client(), clock, raw, ann, bob, group)
        yield stage
        await stage.stop()
