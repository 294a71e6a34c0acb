"""Several plans kept and one in use; a plan sent as a file."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.notices.general import StaleButton
from bot.domain.notices.plan_edits import EditAsked, ExportChoice, ExportComes, ExportFile, PlanAside, PlanFull, PlanList
from bot.domain.notices.plans import NoPlan, PlanShown
from bot.domain.plans import MAX_PLANS, Module, Plan, Track
from bot.services import exports, plan_files, plan_templates, plans
from bot.services.plan_files import Format
from bot.store import plans as plan_rows
from bot.store import reviews
from bot.store.database import Tx
from bot.store.outbox import Lane
from bot.store.schema import outbox
from bot.ui.notices import word
from bot.ui.words import Words
from tests.services.talk import MONDAY, Talk

MATHS = Plan("Maths", (Track("Calculus 1", (Module("Functions"), Module("Limits"))),))


async def _talk(tx: Tx) -> Talk:
    talk = Talk(tx)
    await plans.use_plan(tx, await talk.learner(), MATHS, at=talk.at)
    return talk


async def test_a_new_plan_is_in_use_and_the_other_is_kept(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan new Spanish")
    assert talk.said(PlanShown).title == "Spanish"
    assert await talk.say("/plan plans") == "Your plans\n▸ Spanish, in use: empty\n· Maths: 0 of 2 modules done"
    await talk.press("Maths")
    assert talk.said(PlanAside).tracks == (("Calculus 1", 0, 2),)
    await talk.press("Use it")
    assert talk.said(PlanShown).title == "Maths"
    assert await talk.say("/plan use span")
    assert talk.said(PlanShown).title == "Spanish"
    await talk.say("/plan use narnia")
    talk.said(PlanList)


async def test_a_new_plan_without_a_name_is_asked_for_one(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan new")
    talk.said(EditAsked)
    await talk.say("Piano")
    assert talk.said(PlanShown).title == "Piano"


async def test_the_reviews_of_a_plan_rest_while_it_is_aside(tx: Tx) -> None:
    talk = await _talk(tx)
    learner = await talk.learner()
    await talk.say("/done limits")
    await talk.say("/plan new Spanish")
    await talk.say("/plan use maths")
    due = await reviews.waiting(tx, learner.id, until=MONDAY.date().replace(day=30))
    assert len(due) == 2


async def test_a_plan_is_deleted_after_a_look_at_what_goes(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan new Spanish")
    assert await talk.say("/plan drop plan maths") == "Delete the plan Maths with its 2 modules?"
    await talk.press("Keep it")
    talk.said(PlanAside)
    await talk.press("Delete")
    assert (await talk.press("Delete it")).startswith("The plan “Maths” is deleted.")
    await talk.press("Delete it")
    assert talk.notices == [StaleButton(why="over")]
    await talk.say("/plan drop plan spanish")
    assert "You keep no plan yet." in await talk.press("Delete it")
    await talk.say("/plan")
    assert talk.notices == [NoPlan()]


async def test_where_the_plan_in_use_is_deleted_another_is_to_be_chosen(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan new Spanish")
    await talk.say("/plan edit")
    await talk.press("Delete the plan")
    assert "None of them is in use: tap one." in await talk.press("Delete it")


async def test_somebody_else_s_plan_is_out_of_reach(tx: Tx) -> None:
    ann, bob = await _talk(tx), Talk(tx, account="2", name="Bob")
    await ann.say("/plan new Spanish")
    await ann.say("/plan plans")
    for label in ("Maths", "Spanish"):
        stolen = next(button for button in ann.buttons if button.label == label)
        await bob.tap(stolen)
        assert bob.notices == [StaleButton(why="over")]


async def test_not_more_than_so_many_are_kept(tx: Tx) -> None:
    talk = await _talk(tx)
    for number in range(MAX_PLANS - 1):
        await talk.say(f"/plan new Plan {number}")
    await talk.say("/plan new One more")
    assert talk.notices == [PlanFull("plans", MAX_PLANS)]
    await talk.say("/plan template fastai")
    await talk.press("Use it")
    assert talk.notices == [PlanFull("plans", MAX_PLANS)]


# --- a template in addition -----------------------------------------------------------------------------------------------
async def test_a_template_can_be_added_to_the_plan_in_use(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan template story")
    await talk.press("Add it to Maths")
    shown = talk.said(PlanShown)
    story = plan_templates.templates()[0].plan
    assert (shown.title, shown.total) == ("Maths", sum(len(track.modules) for track in story.tracks))


# --- export ---------------------------------------------------------------------------------------------------------------
async def _file(tx: Tx) -> ExportFile:
    row = (await tx.execute(select(outbox).where(outbox.c.kind == "export"))).one()
    assert row.lane == Lane.EXPORT
    made = await exports.load_export(tx, row.facts, MONDAY)
    assert isinstance(made, ExportFile)
    return made


@pytest.mark.parametrize("format_", Format)
async def test_a_plan_is_sent_as_a_file_that_reads_the_same(tx: Tx, format_: Format) -> None:
    talk = await _talk(tx)
    await talk.say("/plan export")
    talk.said(ExportChoice)
    await talk.press({"csv": "CSV", "markdown": "Markdown", "yaml": "YAML", "toml": "TOML"}[format_])
    talk.said(ExportComes)
    file = await _file(tx)
    message = word(file, Words("en", "UTC", MONDAY))
    assert message.plain == "Maths, 2 modules. Sent back to me, it reads the same."
    assert message.file is not None
    assert message.file.name == plan_files.file_name("maths", format=format_)
    assert plan_files.parse(message.file.content, name=message.file.name).plan == MATHS


async def test_an_export_is_the_plan_of_the_moment_it_is_sent(tx: Tx) -> None:
    talk = await _talk(tx)
    await talk.say("/plan export md")
    await talk.say("/plan rename limits to Limes")
    assert "Limes" in (await _file(tx)).content
    await talk.say("/plan drop plan maths")
    await talk.press("Delete it")
    row = (await tx.execute(select(outbox.c.facts).where(outbox.c.kind == "export"))).one()
    assert await exports.load_export(tx, row.facts, MONDAY) is None


async def test_a_format_nobody_writes_is_named(tx: Tx) -> None:
    talk = await _talk(tx)
    assert (await talk.say("/plan export pdf")).startswith("I do not write “pdf”.")


@pytest.mark.parametrize(
    ("title", "name"), [("Maths: a/b\\c..", "maths-a-b-c"), ("План №1", "план-1"), ("😀", "plan"), ("x" * 200, "x" * 40)]
)
async def test_a_file_has_a_name_that_every_disk_takes(tx: Tx, title: str, name: str) -> None:
    talk = Talk(tx)
    await plans.use_plan(tx, await talk.learner(), replace(MATHS, title=title), at=talk.at)
    await talk.say("/plan export csv")
    assert (await _file(tx)).name == f"{name}.csv"


async def test_a_plan_emptied_by_a_newer_one_is_not_kept(tx: Tx) -> None:
    talk = await _talk(tx)
    learner = await talk.learner()
    await plans.use_plan(tx, learner, replace(MATHS, title="Again"), at=talk.at)
    assert [plan.title for plan in await plan_rows.of_learner(tx, learner.id)] == ["Again"]
