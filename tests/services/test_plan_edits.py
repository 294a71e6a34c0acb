"""Editing the plan in chat, with buttons and in one line: what is said, what is written, what follows."""

from datetime import date, timedelta

import pytest

from bot.domain.notices.general import Hint, StaleButton
from bot.domain.notices.plan_edits import (
    DropAsked,
    EditAsked,
    EditShown,
    EditUsage,
    EditWhich,
    EstimateUnclear,
    ModuleShown,
    MoveShown,
    NameUnknown,
    PlanFull,
    SourcesShown,
    TitleEmpty,
    UrlUnclear,
)
from bot.domain.notices.plans import NoPlan, PlanShown, TrackShown
from bot.domain.plans import MAX_MODULES, Module, Plan, Source, SourceKind, Track, places
from bot.services import plans
from bot.store import people, reviews
from bot.store.database import Tx
from tests.services.talk import Talk

MATHS = Plan(
    "Maths",
    (
        Track(
            "Calculus 1", (Module("Functions"), Module("Limits"), Module("Power series")), (Source(SourceKind.SECOND, "Kline"),)
        ),
        Track("Algebra", (Module("Vectors"), Module("Fourier series"))),
    ),
)


async def _talk(tx: Tx, plan: Plan | None = MATHS) -> Talk:
    talk = Talk(tx)
    if plan:
        await plans.use_plan(tx, await talk.learner(), plan, at=talk.at)
    return talk


async def _plan(talk: Talk) -> Plan:
    plan = await plans.active_plan(talk.tx, (await talk.learner()).id)
    assert plan is not None
    return plan


async def _outline(talk: Talk) -> dict[str, str]:
    return {track.title: ", ".join(module.title for module in track.modules) for track in (await _plan(talk)).tracks}


async def _module(talk: Talk, title: str) -> Module:
    return next(place.module for place in places(await _plan(talk)) if place.module.title == title)


# --- in one line --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "calculus", "algebra"),
    [
        ("add Continuity to Calculus 1", "Functions, Limits, Power series, Continuity", "Vectors, Fourier series"),
        ("add module Continuity in calculus", "Functions, Limits, Power series, Continuity", "Vectors, Fourier series"),
        ("add Continuity after limits", "Functions, Limits, Continuity, Power series", "Vectors, Fourier series"),
        ("ADD Continuity before Limits", "Functions, Continuity, Limits, Power series", "Vectors, Fourier series"),
        (
            "add Introduction to proofs to algebra",
            "Functions, Limits, Power series",
            "Vectors, Fourier series, Introduction to proofs",
        ),
        ("rename limits to Limits and continuity", "Functions, Limits and continuity, Power series", "Vectors, Fourier series"),
        ("rename limts -> Limits to infinity", "Functions, Limits to infinity, Power series", "Vectors, Fourier series"),
        ('rename module "Limits" to “Epsilon”', "Functions, Epsilon, Power series", "Vectors, Fourier series"),
        ("move limits after functions", "Functions, Limits, Power series", "Vectors, Fourier series"),
        ("move limits before functions", "Limits, Functions, Power series", "Vectors, Fourier series"),
        ("move functions after limits", "Limits, Functions, Power series", "Vectors, Fourier series"),
        ("move functions after vectors", "Limits, Power series", "Vectors, Functions, Fourier series"),
        ("move limits to algebra", "Functions, Power series", "Vectors, Fourier series, Limits"),
        ("move limits up", "Limits, Functions, Power series", "Vectors, Fourier series"),
        ("move limits to the end", "Functions, Power series, Limits", "Vectors, Fourier series"),
        ("move limits to top", "Limits, Functions, Power series", "Vectors, Fourier series"),
        ("move limits to 3", "Functions, Power series, Limits", "Vectors, Fourier series"),
        ("move calculus fourier to 1", "Functions, Limits, Power series", "Vectors, Fourier series"),
    ],
)
async def test_a_line_does_what_it_says(tx: Tx, line: str, calculus: str, algebra: str) -> None:
    talk = await _talk(tx)
    await talk.say(f"/plan {line}")
    assert await _outline(talk) == {"Calculus 1": calculus, "Algebra": algebra}


async def test_tracks_are_added_renamed_and_moved(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan add track Statistics before algebra")
    await talk.say("/plan move track calculus after statistics")
    await talk.say("/plan rename algebra to Linear algebra")
    await talk.say("/plan rename plan to Mathematics")
    assert list(await _outline(talk)) == ["Statistics", "Calculus 1", "Linear algebra"]
    assert (await _plan(talk)).title == "Mathematics"
    await talk.say("/plan move statistics down")
    talk.said(MoveShown)
    assert list(await _outline(talk)) == ["Calculus 1", "Statistics", "Linear algebra"]


async def test_many_modules_come_in_one_message(tx: Tx) -> None:
    talk = await _talk(tx)
    text = await talk.say(
        "/plan add to algebra\n- [ ] Matrices (90m)\n2. Groups\n[Rings](https://e.org/r) ~2h\n\nFields (12 videos at 25m)"
    )
    assert text.startswith("4 modules added.")
    assert (await _outline(talk))["Algebra"] == "Vectors, Fourier series, Matrices, Groups, Rings, Fields"
    assert (await _module(talk, "Rings")).sources == (Source(SourceKind.PRIMARY, "Rings", "https://e.org/r"),)
    assert (await _module(talk, "Fields")).estimate_said == "12 videos at 25m"


async def test_a_name_of_several_things_is_asked_and_the_line_goes_on(tx: Tx) -> None:
    talk = await _talk(tx)
    text = await talk.say("/plan rename series to Sums and products")
    talk.said(EditWhich)
    assert text == "“series” could be more than one thing. Which one?"
    assert [button.label for button in talk.buttons] == ["Power series · Calculus 1", "Fourier series · Algebra", "None of these"]
    stale = talk.buttons[0]
    await talk.press("Fourier")
    assert (await _outline(talk))["Algebra"] == "Vectors, Sums and products"
    await talk.tap(stale)
    assert talk.notices == [StaleButton(why="over")]


async def test_two_names_may_both_have_to_be_asked(tx: Tx) -> None:
    talk = await _talk(
        tx, Plan("P", (Track("A", (Module("One x"), Module("Two x"))), Track("B", (Module("One y"), Module("Two y")))))
    )
    await talk.say("/plan move one after two")
    await talk.press("One x")
    await talk.press("Two y")
    assert await _outline(talk) == {"A": "Two x", "B": "One y, Two y, One x"}


async def test_a_question_can_be_left(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan drop series")
    assert await talk.press("None of these") == "Nothing was changed."
    await talk.say("/plan drop series")
    await talk.say("power")
    talk.said(Hint)
    await talk.press("Power series")
    assert talk.notices == [StaleButton(why="over")]


async def test_a_track_and_a_module_of_one_name_are_told_apart(tx: Tx) -> None:
    talk = await _talk(tx, Plan("P", (Track("Limits", (Module("Limits"), Module("Series"))),)))
    await talk.say("/plan limits")
    assert [button.label for button in talk.buttons][:2] == ["The track Limits", "Limits · Limits"]
    await talk.press("The track")
    talk.said(TrackShown)
    await talk.say("/plan module limits")
    talk.said(ModuleShown)
    await talk.say("/plan rename track limits to Limes")
    assert talk.said(EditShown).title == "Limes"


async def test_a_name_may_begin_with_module_or_track(tx: Tx) -> None:
    talk = await _talk(tx, Plan("P", (Track("Track 1", tuple(Module(f"Module {n}") for n in range(1, 12))),)))
    await talk.say("/plan rename module 1 to First")
    await talk.say("/plan rename track 1 to Beginning")
    await talk.say("/plan module 2")
    assert talk.said(ModuleShown).title == "Module 2"
    assert (await _outline(talk))["Beginning"].startswith("First, Module 2, ")


async def test_a_verb_that_is_a_name_shows_what_is_called_so(tx: Tx) -> None:
    talk = await _talk(tx, Plan("P", (Track("Move", (Module("New"),)),)))
    await talk.say("/plan move")
    talk.said(TrackShown)
    await talk.say("/plan new")
    talk.said(ModuleShown)


@pytest.mark.parametrize(
    "verb",
    ["add", "rename", "move", "drop", "estimate", "source", "rename limits", "add Continuity", "move x y", "estimate limits"],
)
async def test_a_line_that_lacks_something_says_how_it_is_typed(tx: Tx, verb: str) -> None:
    talk = await _talk(tx)
    before = await _plan(talk)
    text = await talk.say(f"/plan {verb}")
    talk.said(EditUsage)
    assert text.startswith("Like this:\n/plan ")
    assert await _plan(talk) == before


@pytest.mark.parametrize(
    "line",
    [
        "rename narnia to x",
        "drop narnia",
        "move narnia up",
        "narnia",
        "estimate narnia 90m",
        "rename limits to \u200b",
        "rename limits to " + "\u202e" * 20,
        "add track   \u200d",
        "x" * 4000,
        "drop " + "😀" * 500,
        "source limits second: https://",
    ],
)
async def test_bad_input_changes_nothing_and_says_so_briefly(tx: Tx, line: str) -> None:
    talk = await _talk(tx)
    before = await _plan(talk)
    text = await talk.say(f"/plan {line}")
    assert isinstance(talk.notices[0], NameUnknown | TitleEmpty | UrlUnclear | EditUsage)
    assert len(text) < 300
    assert await _plan(talk) == before


async def test_without_a_plan_there_is_nothing_to_edit(tx: Tx) -> None:
    talk = await _talk(tx, None)
    for line in ("add track x", "rename x to y", "edit", "x", "export"):
        await talk.say(f"/plan {line}")
        assert talk.notices == [NoPlan()]


async def test_a_plan_has_limits(tx: Tx) -> None:
    talk = await _talk(tx, Plan("P", (Track("T", tuple(Module(f"m{n}") for n in range(MAX_MODULES))),)))
    await talk.say("/plan add one more to T")
    assert talk.notices == [PlanFull("modules", MAX_MODULES)]


# --- estimates and sources ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "minutes", "counted"),
    [
        ("90m", 90, None),
        ("90", 90, None),
        ("1h30", 90, None),
        ("12 videos at 25m", 300, "12 videos at 25m"),
        ("(2h)", 120, None),
        ("none", None, None),
    ],
)
async def test_an_estimate_is_kept_with_what_it_was_counted_from(
    tx: Tx, said: str, minutes: int | None, counted: str | None
) -> None:
    talk = await _talk(tx)
    await talk.say("/plan estimate limits 7h")
    await talk.say(f"/plan estimate limits {said}")
    module = await _module(talk, "Limits")
    assert (module.estimate_minutes, module.estimate_said) == (minutes, counted)
    assert talk.said(ModuleShown).minutes == minutes


async def test_so_many_of_something_asks_how_long_each_is(tx: Tx) -> None:
    talk = await _talk(tx)
    assert await talk.say("/plan estimate limits 40 pages") == "40 pages, and how long is each? Like this: 40 pages at 3m."
    assert talk.notices == [EstimateUnclear("40 pages", 40, "pages")]


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("limits second: Kline ch. 2 https://e.org/2", Source(SourceKind.SECOND, "Kline ch. 2", "https://e.org/2")),
        ("limits practice: [Exercises](https://e.org/x)", Source(SourceKind.PRACTICE, "Exercises", "https://e.org/x")),
        ("Limits https://e.org/2", Source(SourceKind.PRIMARY, "https://e.org/2", "https://e.org/2")),
        ("limits Thomas: chapter 2", Source(SourceKind.PRIMARY, "Thomas: chapter 2")),
        ("module limits Thomas", Source(SourceKind.PRIMARY, "Thomas")),
    ],
)
async def test_a_source_is_typed_in_one_line(tx: Tx, line: str, source: Source) -> None:
    talk = await _talk(tx)
    await talk.say(f"/plan source {line}")
    assert (await _module(talk, "Limits")).sources == (source,)


async def test_sources_are_changed_with_buttons(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan source calculus 1 Leonard https://e.org/l")
    assert "2. Next day: Leonard" in talk.message.plain
    await talk.press("2")
    await talk.press("Study first")
    await talk.press("▲ Up")
    assert "1. Study: Leonard\n2. Next day: Kline" in talk.message.plain
    await talk.press("1")
    await talk.press("Rename")
    await talk.say("Professor Leonard")
    await talk.press("Address")
    await talk.say("e.org/leonard")
    await talk.press("Back")
    track = (await _plan(talk)).tracks[0]
    assert track.sources == (
        Source(SourceKind.PRIMARY, "Professor Leonard", "https://e.org/leonard"),
        Source(SourceKind.SECOND, "Kline"),
    )
    await talk.say("/plan drop source 2 of calculus 1")
    assert await talk.press("Drop it") == "“Kline” is gone.\n\nSources of Calculus 1\n\n1. Study: Professor Leonard"
    await talk.press("Drop it")
    assert talk.notices == [StaleButton(why="over")]


# --- with buttons -------------------------------------------------------------------------------------------------------
async def test_a_plan_is_made_with_buttons_alone(tx: Tx) -> None:
    talk = await _talk(tx, None)
    await talk.say("/plan")
    await talk.press("Begin an empty one")
    await talk.say("Spanish")
    talk.said(PlanShown)
    await talk.press("Add a track")
    await talk.say("A1")
    await talk.press("Add modules")
    await talk.say("Greetings (3h)\nNumbers")
    await talk.press("2")
    await talk.press("Estimate")
    await talk.press("1 h 30 min")
    await talk.press("Move")
    await talk.press("▲ Up")
    assert await _outline(talk) == {"A1": "Numbers, Greetings"}
    assert [place.module.estimate_minutes for place in places(await _plan(talk))] == [90, 180]


async def test_every_screen_suits_a_phone(tx: Tx) -> None:
    source = tuple(Source(SourceKind.PRIMARY, "😀" * 200, "https://e.org/" + "x" * 1900) for _ in range(20))
    title = "\u05e9\u05dc\u05d5\u05dd" * 45
    modules = (Module(f"{title}0", source), *(Module(f"{title}{m}") for m in range(1, 40)))
    huge = Plan(title, tuple(Track(f"{title}{t}", modules, source) for t in range(50)))
    talk = await _talk(tx, huge)
    await talk.say("/plan")
    seen = set()
    for label in (
        "\u05e9",
        "1",
        "Sources",
        "3",
        "Back",
        "2 / 4",
        "Back",
        "Move",
        "To another",
        "2 / 9",
        "Back",
        "Back",
        "Rename",
        "Leave",
        "Estimate",
        "Leave",
        "Drop",
        "Keep",
        "Back",
        "Change",
        "Move",
        "Back",
        "Sources",
        "Back",
        "Drop the",
        "Keep",
        "Back",
        "Change it",
        "Back",
        "Plans and",
        "Get a",
        "Back",
        "Back to",
    ):
        await talk.press(label)
        seen.add(type(talk.notices[0]))
        assert len(talk.buttons) <= 11, (label, [button.label for button in talk.buttons])
        assert len(talk.message.plain.encode("utf-16-le")) // 2 < 4096
    assert len(seen) >= 12


async def test_a_question_for_words_ends_where_something_else_is_pressed(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan limits")
    await talk.press("Rename")
    talk.said(EditAsked)
    await talk.press("Move")
    await talk.say("hello")
    talk.said(Hint)
    assert (await _module(talk, "Limits")).title == "Limits"


async def test_a_bad_answer_is_asked_again(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan limits")
    await talk.press("Estimate")
    await talk.say("a while")
    talk.said(EstimateUnclear)
    await talk.say("45m")
    assert talk.said(ModuleShown).minutes == 45


async def test_words_for_what_is_gone_meanwhile_end_the_question(tx: Tx) -> None:
    talk = await _talk(tx)
    learner = await talk.learner()
    await talk.say("/plan limits")
    await talk.press("Rename")
    await plans.use_plan(tx, learner, Plan("Q", (Track("Z", (Module("M"),)),)), at=talk.at)
    await talk.say("Limes")
    assert talk.notices == [StaleButton(why="over")]
    assert await people.dialogue(tx, learner.id) is None


async def test_a_question_goes_back_to_the_one_it_interrupted(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/start")
    before = await people.dialogue(tx, (await talk.learner()).id)
    await talk.say("/plan limits")
    await talk.press("Rename")
    await talk.press("Leave it")
    assert await people.dialogue(tx, (await talk.learner()).id) == before


# --- dropping -----------------------------------------------------------------------------------------------------------
async def test_a_drop_says_first_what_goes_and_takes_the_reviews_with_it(tx: Tx) -> None:
    talk = await _talk(tx)
    learner = await talk.learner()
    await talk.say("/done limits")
    await talk.say("/checkin 30m limits")
    text = await talk.say("/plan drop limits")
    asked = talk.said(DropAsked)
    assert (asked.loss.done, asked.loss.reviews, asked.loss.checkins) == (1, 2, 1)
    assert text == (
        "Drop Limits (Calculus 1)? It is done; that goes with it.\n\n2 reviews go with it.\n"
        "1 check-in keeps its minutes and note, but no longer says what it was about."
    )
    await talk.press("Keep it")
    talk.said(ModuleShown)
    assert "Limits" in (await _outline(talk))["Calculus 1"]
    await talk.say("/plan drop limits")
    await talk.press("Drop it")
    assert (await _outline(talk))["Calculus 1"] == "Functions, Power series"
    assert not await reviews.waiting(tx, learner.id, until=date(2026, 6, 30))
    await talk.press("Drop it")
    assert talk.notices == [StaleButton(why="over")]


async def test_a_track_is_dropped_with_its_modules(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/done limits")
    assert await talk.say("/plan drop track calculus") == (
        "Drop the track Calculus 1 with its 3 modules, 1 of them done?\n\n2 reviews go with it."
    )
    await talk.press("Drop it")
    assert await _outline(talk) == {"Algebra": "Vectors, Fourier series"}


async def test_what_is_renamed_or_moved_keeps_its_history(tx: Tx) -> None:
    talk = await _talk(tx)
    learner = await talk.learner()
    await talk.say("/done limits")
    before = await _module(talk, "Limits")
    await talk.say("/plan rename limits to Limes")
    await talk.say("/plan move limes to algebra")
    await talk.say("/plan rename algebra to Analysis")
    after = await _module(talk, "Limes")
    assert (after.id, after.done_day) == (before.id, date(2026, 5, 4))
    assert len(await reviews.waiting(tx, learner.id, until=date(2026, 5, 30))) == 2
    talk.at += timedelta(days=1)
    await talk.say("/today")


async def test_sources_screen_is_reached_by_name(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan sources calculus 1")
    assert talk.said(SourcesShown).title == "Calculus 1"


# --- in Russian ---------------------------------------------------------------------------------------------------------
ANALYSIS = Plan(
    "Математика",
    (
        Track("Анализ", (Module("Функции"), Module("Пределы"), Module("Степенные ряды"))),
        Track("Алгебра", (Module("Векторы"), Module("Ряды Фурье"))),
    ),
)


@pytest.mark.parametrize(
    ("line", "analysis", "algebra"),
    [
        ("добавь Непрерывность в Анализ", "Функции, Пределы, Степенные ряды, Непрерывность", "Векторы, Ряды Фурье"),
        ("добавить модуль Матрицы в алгебру", "Функции, Пределы, Степенные ряды", "Векторы, Ряды Фурье, Матрицы"),
        ("Добавьте Непрерывность после пределов", "Функции, Пределы, Непрерывность, Степенные ряды", "Векторы, Ряды Фурье"),
        ("вставь Непрерывность перед пределами", "Функции, Непрерывность, Пределы, Степенные ряды", "Векторы, Ряды Фурье"),
        (
            "переименуй пределы в Пределы и непрерывность",
            "Функции, Пределы и непрерывность, Степенные ряды",
            "Векторы, Ряды Фурье",
        ),
        ("назови пределы -> Эпсилон", "Функции, Эпсилон, Степенные ряды", "Векторы, Ряды Фурье"),
        ("перемести пределы в алгебру", "Функции, Степенные ряды", "Векторы, Ряды Фурье, Пределы"),
        ("перенеси функции после пределов", "Пределы, Функции, Степенные ряды", "Векторы, Ряды Фурье"),
        ("передвинь пределы вверх", "Пределы, Функции, Степенные ряды", "Векторы, Ряды Фурье"),
        ("поставить пределы в конец", "Функции, Степенные ряды, Пределы", "Векторы, Ряды Фурье"),
        ("перемести пределы в начало", "Пределы, Функции, Степенные ряды", "Векторы, Ряды Фурье"),
        ("move пределы после векторов", "Функции, Степенные ряды", "Векторы, Пределы, Ряды Фурье"),
    ],
)
async def test_a_line_in_russian_does_what_it_says(tx: Tx, line: str, analysis: str, algebra: str) -> None:
    talk = await _talk(tx, ANALYSIS)
    await talk.say(f"/plan {line}")
    assert await _outline(talk) == {"Анализ": analysis, "Алгебра": algebra}


async def test_the_other_verbs_in_russian(tx: Tx) -> None:
    talk = await _talk(tx, ANALYSIS)
    await talk.say("/plan оцени пределы 12 видео по 25 мин")
    assert (await _module(talk, "Пределы")).estimate_said == "12 videos at 25m"
    await talk.say("/plan оценить пределы нет")
    assert (await _module(talk, "Пределы")).estimate_minutes is None
    await talk.say("/plan источник пределы второй: Фихтенгольц, гл. 2")
    assert (await _module(talk, "Пределы")).sources == (Source(SourceKind.SECOND, "Фихтенгольц, гл. 2"),)
    await talk.say("/plan удали ряды Фурье")
    talk.said(DropAsked)
    await talk.say("/plan убери источник Фихтенгольц у пределов")
    talk.said(DropAsked)
    await talk.say("/plan добавь трек Статистика перед алгеброй")
    await talk.say("/plan добавь модули в статистику\n- Выборки (90m)\n- Оценки")
    assert (await _outline(talk))["Статистика"] == "Выборки, Оценки"
    assert list(await _outline(talk)) == ["Анализ", "Статистика", "Алгебра"]
    await talk.say("/plan переименуй план в Высшая математика")
    assert (await _plan(talk)).title == "Высшая математика"
    await talk.say("/plan измени пределы")
    talk.said(ModuleShown)
    await talk.say("/plan помощь")
    talk.said(EditUsage)


async def test_a_plan_is_made_and_used_in_russian(tx: Tx) -> None:
    talk = await _talk(tx, ANALYSIS)
    await talk.say("/plan создай план Греческий язык")
    assert (await _plan(talk)).title == "Греческий язык"
    assert "Математика" in await talk.say("/plan планы")
    await talk.say("/plan используй план Математика")
    assert (await _plan(talk)).title == "Математика"


@pytest.mark.parametrize("title", ["Оценки параметров", "Новые слова", "Планы на лето", "Источники тока", "Правьте лодкой"])
async def test_a_russian_title_that_begins_like_a_verb_is_shown(tx: Tx, title: str) -> None:
    talk = await _talk(tx, Plan("План", (Track("Всё", (Module(title), Module("Другое"))),)))
    await talk.say(f"/plan {title.lower()}")
    talk.said(ModuleShown)
    assert await _outline(talk) == {"Всё": f"{title}, Другое"}


async def test_a_case_that_two_titles_share_is_a_question(tx: Tx) -> None:
    talk = await _talk(tx, Plan("План", (Track("Всё", (Module("Предел"), Module("Пределы"))),)))
    await talk.say("/plan удали пределов")
    talk.said(EditWhich)
    assert await _outline(talk) == {"Всё": "Предел, Пределы"}
