"""How a mutation gets into the bot: a few words of a function's source are replaced, and its code with them, for a while."""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """In the source of `of`, `old` becomes `new`; AssertionError where `old` is not there exactly once, so that none goes stale."""

    of: Callable[..., Any]
    old: str
    new: str

    @contextmanager
    def made(self) -> Iterator[None]:
        """The function changed, for whoever holds it."""
        target = inspect.unwrap(self.of)
        code = target.__code__  # type: ignore[attr-defined]
        target.__code__ = self._compiled(target)  # type: ignore[attr-defined]
        try:
            yield
        finally:
            target.__code__ = code  # type: ignore[attr-defined]

    def _compiled(self, target: Any) -> Any:
        source = textwrap.dedent(inspect.getsource(target))
        assert source.count(self.old) == 1, f"{target.__qualname__} has changed: {self.old!r} is there {source.count(self.old)} times"
        scope: dict[str, Any] = {}
        exec(compile(source.replace(self.old, self.new), f"<mutated {target.__qualname__}>", "exec"), target.__globals__, scope)  # noqa: S102
        (made,) = (inspect.unwrap(one) for one in scope.values())
        return made.__code__


@dataclass(frozen=True, slots=True)
class Mutation:
    """A defect put into the bot: what it is called, what it breaks, and how it is made."""

    name: str
    breaks: str
    changes: tuple[Change, ...]

    @contextmanager
    def made(self) -> Iterator[None]:
        """The bot with this defect."""
        with ExitStack() as stack:
            for one in self.changes:
                stack.enter_context(one.made())
            yield
