"""The shipped plans: whole, honest, and such that a learner can start with them tomorrow."""

import pytest

from bot.domain.plans import Source, SourceKind, count_plan, source_for_review, source_for_study
from bot.services.plan_templates import Template, template, templates

HOURS_OF_A_SUBJECT = 250  # more than this is no track, it is a degree


def test_the_story_comes_first() -> None:
    assert [shipped.key for shipped in templates()] == ["story", "algorithms", "language-b1", "fastai"]
    assert template(" Story ") is templates()[0]
    assert template("cooking") is None
    assert templates() is templates()


def test_the_story_is_the_story_s_plan() -> None:
    story = templates()[0].plan
    assert [track.title for track in story.tracks] == [
        "Calculus 1",
        "Calculus 2",
        "Calculus 3",
        "Linear algebra",
        "Probability",
        "Mathematics for ML",
        "Classical ML",
        "Computer vision",
        "Natural language processing",
    ]
    words = [[source.title for source in track.sources] for track in story.tracks]
    for sources, names in zip(
        words,
        [
            ("Leonard", "Kline", "OpenStax"),
            ("Leonard", "Kline", "OpenStax"),
            ("Leonard", "Kline", "OpenStax"),
            ("MIT", "Strang", "Lay"),
            ("Harvard Stat 110", "Blitzstein", "Bertsekas"),
            ("Imperial", "Deisenroth", "exercises"),
            ("Yandex", "Andrew Ng"),
        ],
        strict=False,
    ):
        assert len(sources) == len(names)
        assert all(name in source for source, name in zip(sources, names, strict=True))
    assert [track.modules[0].title for track in story.tracks[-2:]] == ["Choose the course"] * 2


def test_a_module_of_the_story_is_reviewed_from_another_source() -> None:
    calculus = templates()[0].plan.tracks[0]
    limits = next(module for module in calculus.modules if module.title == "Limits")
    assert source_for_study(calculus, limits) == Source(
        SourceKind.PRIMARY, "Professor Leonard, lecture 1.1", "https://www.youtube.com/playlist?list=PLF797E961509B4EB5"
    )
    titles = [source_for_review(calculus, limits, step=step) for step in (1, 2)]
    assert [review.source.title.split(",")[0] for review in titles if review.source] == ["Kline", "OpenStax Calculus Volume 1"]
    assert all(review.different for review in titles)


@pytest.mark.parametrize("shipped", templates(), ids=lambda shipped: shipped.key)
def test_a_template_is_whole(shipped: Template) -> None:
    assert shipped.title
    assert 20 < len(shipped.summary) <= 150
    assert 30 < count_plan(shipped.plan).total < 250
    assert count_plan(shipped.plan).done == 0
    for track in shipped.plan.tracks:
        titles = [module.title for module in track.modules]
        assert len(titles) == len(set(titles)) > 0
        minutes = [module.estimate_minutes or 0 for module in track.modules]
        assert min(minutes) >= 60
        assert max(minutes) <= 900
        assert sum(minutes) <= HOURS_OF_A_SUBJECT * 60


@pytest.mark.parametrize("shipped", templates(), ids=lambda shipped: shipped.key)
def test_every_track_that_is_decided_has_a_second_source(shipped: Template) -> None:
    for track in shipped.plan.tracks:
        if track.modules[0].title != "Choose the course":
            assert all(source_for_review(track, module, step=1).different for module in track.modules)
