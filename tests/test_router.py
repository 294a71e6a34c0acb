"""Who handles what: words to commands and dialogues, and what other bots are told to nobody."""

from dataclasses import dataclass, field

import pytest

from bot import commands, dialogues
from bot.events import Chat, File, Person, Said
from bot.router import Router
from bot.turn import Turn
from tests.props import NOON

ANN = Person("telegram", "501", "Ann")
DM, GROUP = Chat("telegram", "501", private=True), Chat("telegram", "-9", private=False)


@dataclass
class Heard:
    commands: list[tuple[str, str]] = field(default_factory=list)
    dialogues: list[str] = field(default_factory=list)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    made = Heard()

    async def command(_turn: Turn, name: str, words: str) -> None:
        made.commands.append((name, words))

    async def dialogue(_turn: Turn, event: Said) -> None:
        made.dialogues.append(event.words)

    monkeypatch.setattr(commands, "handle", command)
    monkeypatch.setattr(dialogues, "handle", dialogue)
    return made


async def say(words: str, *, chat: Chat = DM, file: File | None = None) -> None:
    event = Said(ANN, chat, NOON, "501/1", words=words, file=file)
    turn = Turn(tx=None, at=NOON, event=event, source="s", learner=None)  # type: ignore[arg-type] # neither is looked at
    await Router({"telegram": "plan_e_bot"}).turn(turn)


@pytest.mark.parametrize(
    ("words", "name", "rest"),
    [
        ("/checkin", "checkin", ""),
        ("/checkin 90m limits", "checkin", "90m limits"),
        ("/checkin@plan_e_bot  90m", "checkin", "90m"),
        ("/checkin@Plan_E_Bot", "checkin", ""),
        ("/commit\nfinish by june\nplease", "commit", "finish by june\nplease"),
        ("/commit\nfinish", "commit", "finish"),
        ("/nonsense", "nonsense", ""),
        ("/КОМАНДА", "КОМАНДА", ""),
    ],
)
async def test_commands_and_the_words_after_them(heard: Heard, words: str, name: str, rest: str) -> None:
    await say(words)
    assert (heard.commands, heard.dialogues) == ([(name, rest)], [])


@pytest.mark.parametrize("words", ["hello", "/ not a command", "/", "a /checkin in the middle", ""])
async def test_everything_else_is_talk(heard: Heard, words: str) -> None:
    await say(words)
    assert (heard.commands, heard.dialogues) == ([], [words])


async def test_a_file_is_talk_whatever_its_caption(heard: Heard) -> None:
    await say("/plan", file=File("f", "plan.md", 9))
    assert heard.dialogues == ["/plan"]


@pytest.mark.parametrize("words", ["/start@other_bot", "/checkin@other_bot 90m", "/roll 2d6", "/roll"])
async def test_what_another_bot_was_told_in_a_group_is_nobodys(heard: Heard, words: str) -> None:
    await say(words, chat=GROUP)
    assert heard == Heard()


async def test_in_a_group_our_own_commands_need_no_name(heard: Heard) -> None:
    await say("/board", chat=GROUP)
    await say("/bord@plan_e_bot", chat=GROUP)
    assert [name for name, _ in heard.commands] == ["board", "bord"]


def test_only_commands_for_administrators_need_a_question_first() -> None:
    router = Router({"telegram": "plan_e_bot"})
    needs = {one.name for one in commands.COMMANDS if router.needs_admin(Said(ANN, GROUP, NOON, "1", words=f"/{one.name}"))}
    assert needs == {one.name for one in commands.COMMANDS if one.admins}
    assert not router.needs_admin(Said(ANN, GROUP, NOON, "1", words="hello"))
