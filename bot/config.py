"""Settings from config.toml and PLAN_E_* environment variables; the environment wins."""

import os
import re
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config_errors import ENV_PREFIX, ConfigError, check_environment, explain

__all__ = ["ConfigError", "Settings", "load"]

DEFAULT_FILE: Final = Path("config.toml")
_SHORTEST_PASSWORD: Final = 8
_DATABASES: Final = ("sqlite+aiosqlite", "postgresql+asyncpg")  # ARCHITECTURE.md, Database


# --- kinds of values -------------------------------------------------------------------------------------------------
def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read for its check: a port that is no number is noticed only here
    except ValueError:
        raise ValueError("is not a valid URL") from None
    return parts


def _web_url(url: str) -> str:
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", url):
        raise ValueError("should be a URL such as https://example.org")
    return url.rstrip("/")


def _database_url(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise ValueError("should be a URL such as sqlite+aiosqlite:///plan-e.db")
    if scheme not in _DATABASES:
        meant = [known for known in _DATABASES if scheme.startswith(known[:6])] or _DATABASES
        raise ValueError(f"should begin with {' or '.join(f'{known}://' for known in meant)} (it begins with {scheme}://)")
    _split(f"{scheme}://{rest}")
    return url


def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _hook_url(url: str) -> str:
    parts = _split(_web_url(url))
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError("should begin with https:// (Telegram calls nothing else)")
    return url


def _token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9:._-]+", token.get_secret_value()):
        raise ValueError("does not look like a bot token (letters, digits and : . _ - only)")
    return token


def _hook_secret(secret: SecretStr) -> SecretStr:
    # Bot API, setWebhook, secret_token
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
        raise ValueError("should be 1 to 256 of A-Z a-z 0-9 _ -")
    return secret


def _password(password: SecretStr) -> SecretStr:
    if len(password.get_secret_value()) < _SHORTEST_PASSWORD:
        raise ValueError(f"should have {_SHORTEST_PASSWORD} characters or more: whoever guesses it is in")
    return password


def _file(name: str) -> str:
    if "?" in name or "#" in name:
        raise ValueError("should be the name of a file, without ? and #")
    return name


def _ids(value: object) -> object:
    """Let a list come from the environment as `1, 2` or `[1, 2]`."""
    return [part for part in re.split(r"[,\s]+", value.strip("[] ")) if part] if isinstance(value, str) else value


def _no_bool(value: object) -> object:
    """Keep `port = true` from being read as 1."""
    if isinstance(value, bool):
        raise ValueError("should be a number")  # noqa: TRY004 - pydantic gathers ValueErrors, a TypeError would escape it
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _blank(value: object) -> object:
    """Read an empty string as "not set", so that the example file can show every key."""
    return None if value == "" else value


WebUrl = Annotated[str, AfterValidator(_web_url)]
HookUrl = Annotated[str, AfterValidator(_hook_url)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
Token = Annotated[SecretStr, AfterValidator(_token)]
Password = Annotated[SecretStr, AfterValidator(_password)]
HookSecret = Annotated[SecretStr, AfterValidator(_hook_secret)]
Unset = BeforeValidator(_blank)
Port = Annotated[int, Field(ge=0, le=65535), BeforeValidator(_no_bool)]
Id = Annotated[int, Field(gt=0), BeforeValidator(_no_bool)]
Count = Annotated[int, Field(ge=1), BeforeValidator(_no_bool)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False), BeforeValidator(_no_bool)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False), BeforeValidator(_no_bool)]


# --- sections --------------------------------------------------------------------------------------------------------
class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DatabaseSettings(_Section):
    """Where everything is kept. A relative SQLite path starts at the working directory."""

    url: DatabaseUrl = Field(default="sqlite+aiosqlite:///plan-e.db", repr=False)


class TelegramSettings(_Section):
    """The Telegram bot; without a token Telegram stays off."""

    token: Annotated[Token | None, Unset] = None
    api_base_url: WebUrl = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: Annotated[HookUrl | None, Unset] = None
    webhook_secret: Annotated[HookSecret | None, Unset] = None
    admins: Annotated[tuple[Id, ...], NoDecode, BeforeValidator(_ids)] = ()

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> "TelegramSettings":
        if self.mode == "webhook":
            for key in ("webhook_url", "webhook_secret"):
                if getattr(self, key) is None:
                    raise ValueError(f'mode = "webhook" needs {key}')
        return self


class DiscordSettings(_Section):
    """The Discord bot; without a token Discord stays off."""

    token: Annotated[Token | None, Unset] = None
    api_base_url: WebUrl = "https://discord.com/api/v10"
    test_guild: Annotated[Id | None, Unset] = None


class WebSettings(_Section):
    """The built-in web server: health, metrics, webhook, pages."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Port = 8080
    public_url: Annotated[WebUrl | None, Unset] = None


class SchedulerSettings(_Section):
    """How often the loops look at the clock, in seconds."""

    max_sleep_seconds: Seconds = 30
    tick_seconds: Seconds = 1


class LimitSettings(_Section):
    """How fast messages go out; a little under what the platforms allow (ARCHITECTURE.md, Outbox and courier)."""

    telegram_per_second: Rate = 25
    telegram_chat_per_second: Rate = 1
    telegram_chat_burst: Count = 3
    telegram_group_per_minute: Rate = 18
    discord_per_second: Rate = 40


class SandboxSettings(_Section):
    """The local page to try everything on. A relative file starts at the working directory."""

    enabled: Annotated[bool | None, Unset] = None
    password: Annotated[Password | None, Unset] = None
    file: Annotated[str, Field(min_length=1), AfterValidator(_file)] = "sandbox.db"

    @property
    def url(self) -> str:
        """The file as a database's URL."""
        return f"sqlite+aiosqlite:///{self.file}"


class LogSettings(_Section):
    """What is logged and in which shape."""

    level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "info"
    format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = "console"


class Settings(BaseSettings):
    """Everything that can be set (ARCHITECTURE.md, Configuration). Made by `load`."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    database: DatabaseSettings = DatabaseSettings()
    telegram: TelegramSettings = TelegramSettings()
    discord: DiscordSettings = DiscordSettings()
    web: WebSettings = WebSettings()
    scheduler: SchedulerSettings = SchedulerSettings()
    limits: LimitSettings = LimitSettings()
    sandbox: SandboxSettings = SandboxSettings()
    log: LogSettings = LogSettings()

    @property
    def has_token(self) -> bool:
        """Whether any platform's token is set."""
        return self.telegram.token is not None or self.discord.token is not None

    @property
    def sandbox_enabled(self) -> bool:
        """Whether the sandbox runs: as set, else only when no token is."""
        return not self.has_token if self.sandbox.enabled is None else self.sandbox.enabled

    def only_sandbox(self) -> "Settings":
        """The same with the sandbox alone: no token is set."""
        return self.model_copy(
            update={
                "telegram": self.telegram.model_copy(update={"token": None, "mode": "polling"}),
                "discord": self.discord.model_copy(update={"token": None}),
                "sandbox": self.sandbox.model_copy(update={"enabled": True}),
            }
        )

    @property
    def sandbox_is_public(self) -> bool:
        """Whether the sandbox's page could be reached from another machine: by the address it listens on, or through a proxy."""
        behind = urlsplit(self.web.public_url).hostname if self.web.public_url else None
        return not is_loopback(self.web.host) or (behind is not None and not is_loopback(behind))

    def secrets(self) -> frozenset[str]:
        """Every text that must never reach a log."""
        hidden = (self.telegram.token, self.telegram.webhook_secret, self.discord.token, self.sandbox.password)
        password = urlsplit(self.database.url).password
        passwords = {password, unquote(password)} if password else set()
        return frozenset({secret.get_secret_value() for secret in hidden if secret} | passwords)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take the environment before the file's values (pydantic-settings' own order is the other way round)."""
        del settings_cls, dotenv_settings, file_secret_settings  # neither .env files nor secret folders are read
        return env_settings, init_settings


# --- loading ---------------------------------------------------------------------------------------------------------
def load(path: Path | None = None) -> Settings:
    """Read the file and the environment.

    `path` None means ./config.toml where there is one, else defaults. Raises `ConfigError`.
    """
    file = path or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    table = _read(file) if file else {}
    known = {name: list(getattr(field.annotation, "model_fields", ())) for name, field in Settings.model_fields.items()}
    check_environment(os.environ, known)
    try:
        return Settings(**table)
    except ValidationError as error:
        raise ConfigError(explain(error, known, file=file, environment=os.environ)) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{file}: {(error.strerror or 'cannot be read').lower()}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: is not valid TOML: {error}") from None
