"""How a mutation gets into the bot: a few words of a function's source are replaced, and its code with them, for a while."""

import gc
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from bot.store.prepared import Prepared

_CACHED: Final = type(cache(len))


@dataclass(frozen=True, slots=True)
class Change:
    """In the source of `of`, `old` becomes `new`; AssertionError where `old` is not there exactly once: none goes stale."""

    of: Callable[..., Any]
    old: str
    new: str

    @contextmanager
    def made(self) -> Iterator[None]:
        """The function changed, for whoever holds it."""
        target = inspect.unwrap(self.of)
        code = target.__code__
        target.__code__ = self._compiled(target)
        try:
            yield
        finally:
            target.__code__ = code

    def _compiled(self, target: Any) -> Any:
        return rewritten(target, self.old, self.new).__code__


@dataclass(frozen=True, slots=True)
class Restated:
    """A statement that is built once is built otherwise: `build` makes it of what it was."""

    of: Prepared
    build: Callable[[Any], Any]

    @contextmanager
    def made(self) -> Iterator[None]:
        """The statement changed, for whoever asks it."""
        names = ("_build", "_compiled", "_lists", "_readers", "_texts")
        before = {name: getattr(self.of, name) for name in names}
        for name, value in zip(names, (self.build(before["_build"]), {}, {}, {}, {}), strict=True):
            setattr(self.of, name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                setattr(self.of, name, value)


def rewritten(function: Any, old: str, new: str) -> Any:
    """A function in whose source `old` has become `new`; AssertionError where `old` is not there exactly once."""
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(old) == 1, f"{function.__qualname__} has changed: {old!r} is there {source.count(old)} times"
    scope: dict[str, Any] = {}
    exec(compile(source.replace(old, new), f"<mutated {function.__qualname__}>", "exec"), function.__globals__, scope)  # noqa: S102
    (made,) = scope.values()
    return inspect.unwrap(made)


@dataclass(frozen=True, slots=True)
class Mutation:
    """A defect put into the bot: what it is called, what it breaks, and how it is made."""

    name: str
    breaks: str
    changes: tuple[Change | Restated, ...]

    @contextmanager
    def made(self) -> Iterator[None]:
        """The bot with this defect."""
        with ExitStack() as stack:
            for one in self.changes:
                stack.enter_context(one.made())
            stack.callback(forget)
            forget()
            yield


def forget() -> None:
    """Empty the bot's caches: they hold what the other code worked out."""
    for one in gc.get_objects():
        if isinstance(one, _CACHED) and str(getattr(one, "__module__", "")).startswith("bot."):
            one.cache_clear()
