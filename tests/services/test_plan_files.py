"""Plan files: what is understood, which lines are not, and that a written plan reads back the same."""

import csv
import re
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.estimates import Estimate
from bot.domain.plans import MAX_FILE_BYTES, MAX_MODULES, MAX_TITLE, Module, Plan, Source, SourceKind, Track, clean_title
from bot.services import plan_files, plan_wire
from bot.services.plan_draft import MAX_PROBLEMS, Draft, PlanFileRefused, Reason, Refusal
from bot.services.plan_files import Format

DOCUMENT = Path(__file__).parents[2] / "docs" / "plan-files.md"


def read(text: str, *, name: str = "plan.md") -> Draft:
    return plan_files.parse(text.encode(), name=name)


def problems(text: str, *, name: str = "plan.md") -> list[tuple[int, Reason]]:
    return [(problem.line, problem.reason_code) for problem in read(text, name=name).problems]


def refusal(call: Callable[[], object]) -> PlanFileRefused:
    with pytest.raises(PlanFileRefused) as caught:
        call()
    return caught.value


# --- the documented formats -------------------------------------------------------------------------------------------


def documented(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert found
    return found[1]


DOCUMENTED = Plan(
    "Mathematics for machine learning",
    (
        Track(
            "Calculus 1",
            modules=(
                Module("Limits", estimate_minutes=90, done_day=date(2026, 5, 1)),
                Module("Continuity", estimate_minutes=90, ticked=True),
                Module(
                    "Related rates",
                    estimate_minutes=120,
                    sources=(
                        Source(
                            SourceKind.PRACTICE,
                            "Section 4.1",
                            "https://openstax.org/books/calculus-volume-1/pages/4-1-related-rates",
                        ),
                    ),
                ),
            ),
            sources=(
                Source(
                    SourceKind.PRIMARY,
                    "Professor Leonard, Calculus 1",
                    "https://www.youtube.com/playlist?list=PLF797E961509B4EB5",
                ),
                Source(SourceKind.SECOND, "Kline, Calculus: An Intuitive and Physical Approach"),
                Source(
                    SourceKind.PRACTICE,
                    "OpenStax Calculus Volume 1",
                    "https://openstax.org/details/books/calculus-volume-1",
                ),
            ),
        ),
        Track("Linear algebra", modules=(Module("Elimination"), Module("Vector spaces"))),
    ),
)


@pytest.mark.parametrize(
    ("language", "name"), [("markdown", "plan.md"), ("yaml", "plan.yaml"), ("toml", "plan.toml"), ("csv", "plan.csv")]
)
def test_the_documented_example_is_read_whole(language: str, name: str) -> None:
    assert read(documented(language), name=name) == Draft(DOCUMENTED)


# --- the law ----------------------------------------------------------------------------------------------------------

NASTY = (
    "#",
    "##",
    "- [x] x",
    "[a](b)",
    "(90m)",
    "~2h",
    "✅ 2026-05-01",
    "a: b",
    "primary: x",
    "null",
    "~",
    "*b*",
    "**b**",
    "\\",
    "---",
)
NASTIER = (
    "- x",
    "1. x",
    "x #",
    "🙂‍↔️ 🧮",
    "Пределы: начало",
    "yes",
    "2026-05-01",
    "'",
    '"',
    "\ufeffx",
    "&a",
    "*a",
    "!t",
    "%",
    "@",
    "`x`",
    "<b>",
)
HOSTILE = (
    "=1+1",
    '=HYPERLINK("https://e.org","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "'",
    "'=1",
    "''",
    "＝1",
    "a;=1",
    "a; =1",
    "a; '=1",
    "a,b",
    'a "b" c',
    "[[tracks]]",
    '"""',
    "a = 1",
    "x (12 videos at 25m)",
    "(12 videos at 25m)",
    "\u05e9\u05dc\u05d5\u05dd",
    "حدود (90m)",
    "\u202ex",
    "\u2028",
    "x\u2028y",
    "\x85",
    "done",
    "module",
    "track",
)
titles = st.one_of(
    st.sampled_from([*NASTY, *NASTIER, *HOSTILE]),
    st.text(max_size=30),
    st.lists(st.sampled_from([*NASTY, *NASTIER, *HOSTILE, "x", "https://e.org/a"]), min_size=1, max_size=4).map(" ".join),
    st.text(alphabet="-#[]()*_`\\:~ x1", min_size=1, max_size=12),
).map(lambda text: clean_title(text)[:MAX_TITLE].rstrip()).filter(bool)  # fmt: skip
urls = st.from_regex(r"https?://[a-z]{1,5}\.org/[!-;=?-~]{0,20}", fullmatch=True)
sources = st.builds(Source, st.sampled_from(SourceKind), titles, st.none() | urls)
days = st.dates()
counted = st.builds(
    lambda count, unit, rate: Estimate(count * rate, f"{count} {unit} at {rate}m"),
    st.integers(1, 60),
    st.sampled_from(["pages", "videos", "chapters"]),
    st.integers(1, 100),
)
modules = st.builds(
    lambda title, sources, estimate, done: Module(
        title,
        tuple(sources),
        estimate.minutes if estimate else None,
        done_day=done if isinstance(done, date) else None,
        ticked=done is True,
        estimate_said=estimate.said if estimate else None,
    ),
    titles,
    st.lists(sources, max_size=2),
    st.none() | st.builds(Estimate, st.integers(1, 6000)) | counted,
    st.sampled_from([False, True]) | st.dates(date(1000, 1, 1)),
)
tracks = st.builds(Track, titles, st.lists(modules, max_size=3).map(tuple), st.lists(sources, max_size=2).map(tuple))
plans = st.builds(Plan, titles, st.lists(tracks, max_size=3).map(tuple))


@pytest.mark.parametrize("format_", Format)
@given(plan=plans)
@example(plan=DOCUMENTED)
def test_a_written_plan_reads_back_the_same(format_: Format, plan: Plan) -> None:
    written = plan_files.write(plan, format=format_)
    assert plan_files.parse(written, name=plan_files.file_name("plan", format=format_)) == Draft(plan)


@given(text=st.text(), name=st.sampled_from(["a.md", "a.yaml", "a.toml", "a.csv"]))
def test_any_text_gives_a_draft_or_a_refusal_and_crosses_the_pipe(text: str, name: str) -> None:
    try:
        draft = plan_files.parse(text.encode("utf-8", "replace"), name=name)
    except PlanFileRefused as refused:
        packed = plan_wire.pack_refusal(refused)
        with pytest.raises(PlanFileRefused, match=refused.code):
            plan_wire.unpack(packed)
    else:
        assert plan_wire.unpack(plan_wire.pack_draft(draft)) == draft


def test_a_file_people_can_read_is_written() -> None:
    plan = Plan(
        "P",
        (
            Track(
                "Calculus 1", (Module("Limits (one-sided)", estimate_minutes=90),), (Source(SourceKind.SECOND, "Kline: 3rd ed."),)
            ),
        ),
    )
    assert plan_files.write(plan, format=Format.MARKDOWN).decode() == (
        "# P\n\n## Calculus 1\n\n- second: Kline: 3rd ed.\n\n- [ ] Limits (one-sided) (90m)\n"
    )


# --- Markdown, tolerantly ---------------------------------------------------------------------------------------------


def test_lists_of_every_sort_are_modules() -> None:
    plan = read("# P\n## T\n* a\n+ b\n• c\n2) d\n3. [X] e\n- [ ] **f**\n").plan
    assert [module.title for module in plan.tracks[0].modules] == list("abcdef")
    assert [module.done for module in plan.tracks[0].modules] == [False] * 4 + [True, False]


def test_a_checklist_without_headings_is_one_track_named_like_the_file() -> None:
    plan = Plan("spring plan", (Track("spring plan", (Module("a"), Module("b", ticked=True))),))
    assert read("- [ ] a\n- [x] b\n", name="spring plan.txt") == Draft(plan)


@pytest.mark.parametrize(
    ("words", "title", "minutes"),
    [
        ("Limits (90m)", "Limits", 90),
        ("Limits (90 min)", "Limits", 90),
        ("Limits (1h30)", "Limits", 90),
        ("Limits (1h 30m)", "Limits", 90),
        ("Limits (1.5h)", "Limits", 90),
        ("Limits ~2h", "Limits", 120),
        ("Limits ~ 2 hours", "Limits", 120),
        ("Пределы (2 ч)", "Пределы", 120),
        ("Limits (90)", "Limits (90)", None),
        ("Paper (2016)", "Paper (2016)", None),
        ("Limits (0m)", "Limits (0m)", None),
        (r"Limits \(90m\)", "Limits (90m)", None),
    ],
)
def test_an_estimate_ends_a_module(words: str, title: str, minutes: int | None) -> None:
    (module,) = read(f"# P\n## T\n- [ ] {words}\n").plan.tracks[0].modules
    assert (module.title, module.estimate_minutes) == (title, minutes)


def test_sources_belong_to_the_track_or_to_the_module_they_stand_under() -> None:
    track = read(
        "# P\n## T\nSources:\n- [A](https://a.org)\n- B https://b.org\n- C\n\n- [ ] Limits\n  - second: D <https://d.org>\n"
        "\t- Practice: E\n- [ ] practice: exams\nprimary: F\n"
    ).plan.tracks[0]
    assert [(source.kind.value, source.title, source.url) for source in track.sources] == [
        ("primary", "A", "https://a.org"),
        ("second", "B", "https://b.org"),
        ("practice", "C", None),
        ("primary", "F", None),
    ]
    limits, exams = track.modules
    assert limits.sources == (Source(SourceKind.SECOND, "D", "https://d.org"), Source(SourceKind.PRACTICE, "E"))
    assert exams == Module("practice: exams")


def test_a_module_that_is_a_link_keeps_it_as_its_source() -> None:
    (module,) = read("# P\n## T\n- [ ] [Limits](https://a.org/x_(y)) (1h)\n").plan.tracks[0].modules
    assert module == Module("Limits", (Source(SourceKind.PRIMARY, "Limits", "https://a.org/x_(y)"),), 60)


def test_every_line_not_understood_is_named() -> None:
    text = (
        "# P\n\nSome prose.\n## T\n### Week 1\n- [ ] a\n  - a note\n- [ ]\n| a | table |\n"
        "- primary: [x](ftp://x)\n- [x] b ✅ 2026-02-31\n---\n<!-- aside -->\n"
    )
    assert problems(text) == [
        (3, Reason.NOT_UNDERSTOOD),
        (5, Reason.HEADING_TOO_DEEP),
        (7, Reason.NESTED),
        (8, Reason.EMPTY_TITLE),
        (9, Reason.NOT_UNDERSTOOD),
        (10, Reason.BAD_URL),
        (11, Reason.BAD_DAY),
    ]
    assert [module.title for module in read(text).plan.tracks[0].modules] == ["a", "b"]


def test_a_source_before_any_track_is_a_problem() -> None:
    assert problems("- primary: x\n") == [(1, Reason.SOURCE_WITHOUT_TRACK)]


# --- YAML, tolerantly -------------------------------------------------------------------------------------------------


def test_yaml_problems_name_their_lines() -> None:
    text = """\
title: P
colour: red
tracks:
  - title: T
    title: U
    sources:
      - first: x
      - primary: y
        url: javascript:alert(1)
    modules:
      - Limits: a first look
      - title: b
        minutes: soon
        done: perhaps
      - [c]
      - minutes: 5
        done: true
  - nothing
"""
    assert problems(text, name="p.yml") == [
        (2, Reason.UNKNOWN_KEY),
        (5, Reason.DUPLICATE_KEY),
        (7, Reason.UNKNOWN_KEY),
        (9, Reason.BAD_URL),
        (14, Reason.BAD_DAY),
        (13, Reason.BAD_ESTIMATE),
        (15, Reason.WRONG_SHAPE),
        (16, Reason.EMPTY_TITLE),
        (18, Reason.WRONG_SHAPE),
    ]
    track = read(text, name="p.yml").plan.tracks[0]
    assert track == Track("T", (Module("Limits: a first look"), Module("b")), (Source(SourceKind.PRIMARY, "y"),))


def test_yaml_needs_no_sources_and_no_modules() -> None:
    assert read("title: null\ntracks:\n  - title: T\n    sources:\n    modules: ~\n", name="p.yaml") == Draft(
        Plan("p", (Track("T"),))
    )


# --- TOML and CSV, tolerantly -----------------------------------------------------------------------------------------


def test_toml_problems_name_their_lines() -> None:
    text = """\
title = "P"
colour = "red"

[[tracks]]
title = "T"
sources = [
    "x",
    { first = "x" },
    { primary = "y", url = "javascript:alert(1)" },
]

[[tracks.modules]]
title = "a"
minutes = "soon"
done = "perhaps"
[[tracks.modules]]
title = "b"
minutes = "12 videos at 25m"
done = 2026-05-01T10:00:00
[[tracks.modules]]
minutes = 5

[[tracks]]
title = "U"
modules = [
    "c",
    { title = "d", size = 3 },
    7,
]
"""
    assert sorted(problems(text, name="p.toml")) == [
        (2, Reason.UNKNOWN_KEY),
        (8, Reason.UNKNOWN_KEY),
        (8, Reason.WRONG_SHAPE),
        (9, Reason.BAD_URL),
        (14, Reason.BAD_ESTIMATE),
        (15, Reason.BAD_DAY),
        (20, Reason.EMPTY_TITLE),
        (27, Reason.UNKNOWN_KEY),
        (28, Reason.WRONG_SHAPE),
    ]
    first, second = read(text, name="p.toml").plan.tracks
    assert first.modules[1] == Module("b", (), 300, date(2026, 5, 1), estimate_said="12 videos at 25m")
    assert [module.title for module in second.modules] == ["c", "d"]


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_table_of_a_spreadsheet_is_read_whatever_its_columns(between: str) -> None:
    rows = ["Topic|Colour|Subject|Time|Status", "Limits|red|Calculus|1h30|x", "Series||||", "Vectors||Algebra|90|2026-05-01"]
    draft = read("\n".join(rows).replace("|", between), name="p.csv")
    assert [(p.line, p.reason_code) for p in draft.problems] == [(1, Reason.UNKNOWN_KEY)]
    calculus, algebra = draft.plan.tracks
    assert calculus == Track("Calculus", (Module("Limits", (), 90, ticked=True), Module("Series")))
    assert algebra == Track("Algebra", (Module("Vectors", (), 90, date(2026, 5, 1)),))


def test_csv_problems_name_their_lines() -> None:
    text = 'track,module,minutes,done,kind,source,url\nT,"a\nb",soon,perhaps\nT,c,,,first,x,ftp://x\n,,90\n,d,,,,,,,extra\n,"",,,primary\n'
    assert problems(text, name="p.csv") == [
        (2, Reason.BAD_ESTIMATE),
        (2, Reason.BAD_DAY),
        (4, Reason.BAD_URL),
        (4, Reason.BAD_KIND),
        (5, Reason.EMPTY_TITLE),
        (6, Reason.NOT_UNDERSTOOD),
        (7, Reason.EMPTY_TITLE),
    ]
    assert [module.title for module in read(text, name="p.csv").plan.tracks[0].modules] == ["a b", "c", "d"]


def test_a_list_without_a_row_of_names_is_a_list_of_modules() -> None:
    assert [module.title for module in read("Limits\nSeries\n", name="p.csv").plan.tracks[0].modules] == ["Limits", "Series"]
    assert read("Calculus,Limits,90\n", name="p.csv").plan.tracks[0] == Track("Calculus", (Module("Limits", (), 90),))


@given(plan=plans)
def test_no_cell_of_an_export_is_a_formula(plan: Plan) -> None:
    text = plan_files.write(plan, format=Format.CSV).decode("utf-8-sig")
    for delimiter in ",;\t":  # whichever a spreadsheet of another country takes
        cells = [cell for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter) for cell in row]
        assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))]


def test_a_large_plan_can_be_sent_back_as_a_spreadsheet() -> None:
    plan = Plan("P", (Track("t" * 150, tuple(Module(f"module {number}") for number in range(MAX_MODULES))),))
    written = plan_files.write(plan, format=Format.CSV)
    assert len(written) <= MAX_FILE_BYTES
    assert plan_files.parse(written, name="p.csv") == Draft(plan)


# --- limits -----------------------------------------------------------------------------------------------------------


def test_modules_beyond_the_limit_are_left_out_and_told_once() -> None:
    draft = read("# P\n## T\n" + "- [ ] m\n" * (MAX_MODULES + 5) + "## U\n- [ ] n\n")
    assert sum(len(track.modules) for track in draft.plan.tracks) == MAX_MODULES
    assert [(p.line, p.reason_code) for p in draft.problems] == [(MAX_MODULES + 3, Reason.TOO_MANY_MODULES)]


def test_tracks_and_sources_beyond_the_limit_are_left_out_with_what_is_in_them() -> None:
    draft = read("".join(f"## {n}\n- [ ] m\n" for n in range(102)) + "## T\n" + "- primary: x\n" * 21)
    assert len(draft.plan.tracks) == 100
    assert {p.reason_code for p in draft.problems} == {Reason.TOO_MANY_TRACKS, Reason.TOO_MANY_SOURCES}


def test_a_long_title_is_cut_and_told() -> None:
    draft = read(f"# P\n## T\n- [ ] {'x' * 300}\n")
    assert draft.plan.tracks[0].modules[0].title == "x" * MAX_TITLE
    assert [p.reason_code for p in draft.problems] == [Reason.TITLE_CUT]


def test_a_thousand_problems_are_counted_not_listed() -> None:
    draft = read("prose\n" * 1000)
    assert (len(draft.problems), draft.unlisted) == (MAX_PROBLEMS, 900)


# --- encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, newline: str) -> None:
    data = newline.join(["# План", "## Матан", "- [ ] Пределы"]).encode(encoding)
    assert plan_files.parse(data, name="план.md").plan == Plan("План", (Track("Матан", (Module("Пределы"),)),))


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.md", Refusal.EMPTY),
        (b" \n\t", "a.md", Refusal.EMPTY),
        (b"\xef\xbb\xbf\n", "a.md", Refusal.EMPTY),
        (b"# comment only\n", "a.yaml", Refusal.EMPTY),
        ("# План".encode("cp1251"), "a.md", Refusal.ENCODING),
        ("# P".encode("utf-32"), "a.md", Refusal.ENCODING),
        (b"\xff\xfe\x00", "a.md", Refusal.ENCODING),
        (b"# P\n\0", "a.md", Refusal.BINARY),
        (b"x" * (MAX_FILE_BYTES + 1), "a.md", Refusal.TOO_LARGE),
        (b"%PDF", "a.pdf", Refusal.UNKNOWN_FORMAT),
        (b"a", "plan", Refusal.UNKNOWN_FORMAT),
        (b"a: [", "a.yaml", Refusal.SYNTAX),
        (b"a: 1\n---\nb: 2\n", "a.yaml", Refusal.SYNTAX),
        (b"a: \x07", "a.yaml", Refusal.SYNTAX),
        (b"a = [", "a.toml", Refusal.SYNTAX),
        (b"a = " + b"9" * 5000, "a.toml", Refusal.SYNTAX),
        (b"a = " + b"[" * 50, "a.toml", Refusal.TOO_DEEP),
        (b"[" + b"a." * 50 + b"a]", "a.toml", Refusal.TOO_DEEP),
        (b"title = '\xe9'", "a.toml", Refusal.ENCODING),
        (b'module\n"a', "a.csv", Refusal.SYNTAX),
        (b'"' + b"x" * 200_000, "a.csv", Refusal.SYNTAX),
        ("module\nx".encode("utf-16-le"), "a.csv", Refusal.BINARY),
    ],
)
def test_what_yields_no_draft_says_why(data: bytes, name: str, code: Refusal) -> None:
    assert refusal(lambda: plan_files.parse(data, name=name)).code is code


def test_a_refusal_names_the_line() -> None:
    assert refusal(lambda: plan_files.parse(b"ok\n\xff", name="a.md")).details == {"line": 2}
    assert refusal(lambda: plan_files.parse(b"a: 1\nb: &x 2\n", name="a.yaml")).details == {"line": 2}
    assert refusal(lambda: plan_files.parse(b"a = 1\nb = x\n", name="a.toml")).details == {"line": 2, "format": "toml"}
    assert refusal(lambda: plan_files.parse(b'module\na\n"b\nc', name="a.csv")).details == {"line": 3, "format": "csv"}
