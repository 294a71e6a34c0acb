"""Settings: what is read from where, and what a person is told when it cannot be used."""

import os
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from bot.config import ConfigError, Settings, load

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
TOKEN = "7463217412:AAGxXy-J3yL2ccEkJjm0_HP8lp7Mztuv9qs"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing set, nothing lying about."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper().startswith("PLAN_E_"):
            monkeypatch.delenv(name)


def written(text: str, name: str = "config.toml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def complaint(path: Path | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path)
    line = str(caught.value)
    assert "\n" not in line
    return line


# --- from where ------------------------------------------------------------------------------------------------------
def test_nothing_set_means_the_defaults_of_the_contract() -> None:
    settings = load()
    assert settings.database.url == "sqlite+aiosqlite:///plan-e.db"
    assert settings.telegram.api_base_url == "https://api.telegram.org"
    assert (settings.telegram.token, settings.telegram.mode, settings.telegram.admins) == (None, "polling", ())
    assert (settings.web.host, settings.web.port) == ("127.0.0.1", 8080)
    assert (settings.scheduler.max_sleep_seconds, settings.scheduler.tick_seconds) == (30, 1)
    assert settings.limits.model_dump() == {
        "telegram_per_second": 25,
        "telegram_chat_per_second": 1,
        "telegram_chat_burst": 3,
        "telegram_group_per_minute": 18,
        "discord_per_second": 40,
    }


def test_config_toml_beside_us_is_read_without_being_named() -> None:
    written("[web]\nport = 9000")
    assert load().web.port == 9000


def test_a_named_file_is_read_instead() -> None:
    written("[web]\nport = 9000")
    assert load(written("[web]\nport = 9001", "other.toml")).web.port == 9001


def test_the_environment_wins_key_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    path = written('[telegram]\ntoken = "1:file"\nadmins = [1]')
    monkeypatch.setenv("PLAN_E_TELEGRAM__TOKEN", "2:environment")
    settings = load(path)
    assert settings.telegram.token == SecretStr("2:environment")
    assert settings.telegram.admins == (1,)


@pytest.mark.parametrize("value", ["12345,67890", "12345, 67890", "[12345, 67890]", "12345 67890"])
def test_admins_from_the_environment(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PLAN_E_TELEGRAM__ADMINS", value)
    assert load().telegram.admins == (12345, 67890)


def test_every_key_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    changed: dict[str, dict[str, Any]] = {
        "database": {"url": "postgresql+asyncpg://u:p@h/d"},
        "telegram": {
            "token": TOKEN,
            "api_base_url": "http://127.0.0.1:1",
            "mode": "webhook",
            "webhook_url": "https://e.org/hook",
            "webhook_secret": "s",
            "admins": "7",
        },
        "discord": {"token": "a.b.c", "api_base_url": "http://127.0.0.1:2", "test_guild": "5"},
        "web": {"host": "0.0.0.0", "port": "0", "public_url": "https://e.org"},
        "scheduler": {"max_sleep_seconds": "0.5", "tick_seconds": "0.1"},
        "limits": dict.fromkeys(Settings().limits.model_dump(), "2"),
        "sandbox": {"enabled": "true", "password": "open sesame", "file": "elsewhere.db"},
        "log": {"level": "DEBUG", "format": "json"},
    }
    for section, keys in changed.items():
        for key, value in keys.items():
            monkeypatch.setenv(f"PLAN_E_{section}__{key}".upper(), value)
    before, after = Settings.model_construct().model_dump(), load().model_dump()
    same = [(section, key) for section in before for key in before[section] if before[section][key] == after[section][key]]
    assert same == []


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAN_E_TELEGRAM__TOKEN", "")
    monkeypatch.setenv("PLAN_E_WEB__PORT", "")
    assert load(written(f'[telegram]\ntoken = "{TOKEN}"')).telegram.token == SecretStr(TOKEN)


def test_other_peoples_variables_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAN_E_TEST_POSTGRES", "postgresql://x")
    assert load() == Settings()


# --- what follows from it --------------------------------------------------------------------------------------------
def test_settings_do_not_change_and_do_not_show_secrets() -> None:
    path = written(f'[telegram]\ntoken = "{TOKEN}"\n[database]\nurl = "postgresql+asyncpg://me:hunt%20er@h/d"')
    settings = load(path)
    with pytest.raises(ValidationError):
        settings.web.port = 1
    assert TOKEN not in repr(settings)
    assert "hunt" not in repr(settings)
    assert settings.secrets() == {TOKEN, "hunt%20er", "hunt er"}


@pytest.mark.parametrize(
    ("text", "enabled"),
    [
        ("", True),
        (f'[telegram]\ntoken = "{TOKEN}"', False),
        ('[discord]\ntoken = "a.b.c"', False),
        (f'[telegram]\ntoken = "{TOKEN}"\n[sandbox]\nenabled = true', True),
        ("[sandbox]\nenabled = false", False),
    ],
)
def test_the_sandbox_is_for_those_without_a_token(text: str, enabled: bool) -> None:
    assert load(written(text)).sandbox_enabled is enabled


def test_base_urls_lose_their_last_slash() -> None:
    assert load(written('[telegram]\napi_base_url = "http://localhost:81/"')).telegram.api_base_url == "http://localhost:81"


@pytest.mark.parametrize("url", ["https://e.org/hook", "http://127.0.0.1:8080/hook", "http://[::1]/hook", "http://localhost/x"])
def test_a_webhook_with_all_it_needs(url: str) -> None:
    settings = load(written(f'[telegram]\nmode = "webhook"\nwebhook_url = "{url}"\nwebhook_secret = "a-B_9"'))
    assert settings.telegram.webhook_url == url


# --- what a person is told -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[web]\nport = \n", "config.toml: is not valid TOML: Invalid value (at line 2, column 8)"),
        ("[web]\nprot = 1", "config.toml: [web] prot: no such setting; did you mean port?"),
        ("[log]\ncolour = 1", "config.toml: [log] colour: no such setting; known are level, format"),
        ("[telegramm]\n", "config.toml: telegramm: no such section; did you mean [telegram]?"),
        ("[weather]\n", "config.toml: weather: no such section"),
        ('token = "1:a"', "config.toml: token: belongs in [telegram] or [discord]"),
        ("telegram = 1", "config.toml: [telegram]: should be a section"),
        ("[telegram]\ntoken = 5", "config.toml: [telegram] token: should be text in quotes"),
        ("[telegram]\nadmins = 5", "config.toml: [telegram] admins: should be a list, as [1, 2]"),
        ('[telegram]\nadmins = ["me"]', "config.toml: [telegram] admins: should be a whole number"),
        ("[telegram]\nadmins = [-5]", "config.toml: [telegram] admins: should be more than 0"),
        ('[telegram]\nmode = "pull"', "config.toml: [telegram] mode: should be 'polling' or 'webhook'"),
        ('[telegram]\nmode = "webhook"', 'config.toml: [telegram]: mode = "webhook" needs webhook_url'),
        (
            '[telegram]\nmode = "webhook"\nwebhook_url = "https://e.org"',
            'config.toml: [telegram]: mode = "webhook" needs webhook_secret',
        ),
        (
            '[telegram]\nwebhook_url = "http://e.org"',
            "config.toml: [telegram] webhook_url: should begin with https:// (Telegram calls nothing else)",
        ),
        ('[telegram]\nwebhook_secret = "ä"', "config.toml: [telegram] webhook_secret: should be 1 to 256 of A-Z a-z 0-9 _ -"),
        (
            '[telegram]\napi_base_url = "api.telegram.org"',
            "config.toml: [telegram] api_base_url: should be a URL such as https://example.org",
        ),
        ('[web]\npublic_url = "https://e.org:port"', "config.toml: [web] public_url: is not a valid URL"),
        ("[web]\nport = 65536", "config.toml: [web] port: should be at most 65535"),
        ("[web]\nport = -1", "config.toml: [web] port: should be at least 0"),
        ("[web]\nport = true", "config.toml: [web] port: should be a number"),
        ("[web]\nport = 80.5", "config.toml: [web] port: should be a whole number"),
        ("[limits]\ntelegram_per_second = -3", "config.toml: [limits] telegram_per_second: should be more than 0"),
        ("[limits]\ntelegram_per_second = inf", "config.toml: [limits] telegram_per_second: should be a number"),
        ("[limits]\ntelegram_chat_burst = 0", "config.toml: [limits] telegram_chat_burst: should be at least 1"),
        ("[scheduler]\ntick_seconds = 0", "config.toml: [scheduler] tick_seconds: should be more than 0"),
        ('[sandbox]\nenabled = "maybe"', "config.toml: [sandbox] enabled: should be true or false"),
        (
            '[sandbox]\npassword = "sesame"',
            "config.toml: [sandbox] password: should have 8 characters or more: whoever guesses it is in",
        ),
        ('[sandbox]\nfile = "a?mode=memory"', "config.toml: [sandbox] file: should be the name of a file, without ? and #"),
        ('[log]\nlevel = "loud"', "config.toml: [log] level: should be 'debug', 'info', 'warning' or 'error'"),
        (
            '[database]\nurl = "sqlite:///a.db"',
            "config.toml: [database] url: should begin with sqlite+aiosqlite:// (it begins with sqlite://)",
        ),
        (
            '[database]\nurl = "postgres://u:p@h/d"',
            "config.toml: [database] url: should begin with postgresql+asyncpg:// (it begins with postgres://)",
        ),
        (
            '[database]\nurl = "mysql://h/d"',
            "config.toml: [database] url: should begin with sqlite+aiosqlite:// or postgresql+asyncpg:// (it begins with mysql://)",
        ),
        ('[database]\nurl = "plan-e.db"', "config.toml: [database] url: should be a URL such as sqlite+aiosqlite:///plan-e.db"),
        ("[web]\nport = -1\nprot = 2", "config.toml: [web] port: should be at least 0 (and 1 more)"),
    ],
)
def test_one_plain_line(text: str, line: str) -> None:
    assert complaint(written(text)) == line


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert complaint(Path("none.toml")) == "none.toml: no such file or directory"
    assert complaint(tmp_path).endswith(": is a directory")
    Path("latin.toml").write_bytes(b"# caf\xe9")
    assert complaint(Path("latin.toml")) == "latin.toml: is not UTF-8 text"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("PLAN_E_TELEGRAM_TOKEN", "PLAN_E_TELEGRAM_TOKEN: no such setting; did you mean PLAN_E_TELEGRAM__TOKEN?"),
        ("PLAN_E_TELEGRM__TOKEN", "PLAN_E_TELEGRM__TOKEN: no such setting; did you mean PLAN_E_TELEGRAM__TOKEN?"),
        ("PLAN_E_WEB__PROT", "PLAN_E_WEB__PROT: no such setting; did you mean PLAN_E_WEB__PORT?"),
        ("PLAN_E_WEATHER__SUNSHINE", "PLAN_E_WEATHER__SUNSHINE: no such setting"),
        ("PLAN_E_WEB__PORT", "PLAN_E_WEB__PORT: should be a whole number"),
        ("PLAN_E_LOG__FORMAT", "PLAN_E_LOG__FORMAT: should be 'console' or 'json'"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, line: str) -> None:
    monkeypatch.setenv(name, "x")
    assert complaint() == line


@pytest.mark.parametrize("key", ["telegram.token", "telegram.webhook_secret", "database.url", "telegram.api_base_url"])
def test_a_bad_secret_is_not_repeated(key: str) -> None:
    section, name = key.split(".")
    assert "hunter2" not in complaint(written(f'[{section}]\n{name} = "not://hunter2@ /é"'))


# --- the example -----------------------------------------------------------------------------------------------------
def _keys(text: str) -> set[tuple[str, str]]:
    found, section = set(), ""
    for line in text.splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = heading[1]
        elif key := re.match(r"(?:# )?(\w+) = ", line):
            found.add((section, key[1]))
    return found


def test_the_example_shows_every_setting_with_its_default() -> None:
    known = {(section, key) for section, keys in Settings().model_dump().items() for key in keys}
    assert _keys(EXAMPLE.read_text(encoding="utf-8")) == known
    assert load(EXAMPLE) == Settings()


def test_the_example_loads_with_its_commented_lines_too() -> None:
    text = re.sub(r"^# (\w+ = )", r"\1", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert load(written(text)).discord.test_guild == 123456789012345678


def test_every_setting_is_explained_above_it() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for above, line in pairwise(lines):
        if re.match(r"(?:# )?\w+ = ", line) and not line.startswith("telegram_chat_burst"):  # shares the line above its sibling
            assert above.startswith("# "), line
    assert tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
