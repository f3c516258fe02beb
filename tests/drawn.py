"""Examples of Hypothesis that are drawn once and held against many laws: drawing costs more than a law."""

import warnings
from collections.abc import Callable
from functools import cached_property
from typing import Generic, TypeVar

from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning, NoSuchExample

Example = TypeVar("Example")


def examples(count: int) -> settings:
    """The same examples on every machine, whatever they cost."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


class Drawn(Generic[Example]):
    """Examples of a strategy, drawn when they are first wanted and kept as long as this is.

    Args:
        strategy: what is drawn from.
        count: how many examples.
    """

    def __init__(self, strategy: st.SearchStrategy[Example], count: int) -> None:
        self.strategy = strategy
        self.count = count

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The examples, the same on every machine."""
        found: list[Example] = []

        @settings(examples(self.count), phases=(Phase.generate,))
        @given(self.strategy)
        def collect(example: Example) -> None:
            found.append(example)

        collect()
        return tuple(found)

    def obey(self, law: Callable[[Example], object]) -> None:
        """Hold a law against every example; where one breaks it, tell of a small one that does."""
        for example in self.examples:
            try:
                law(example)
            except Exception:
                law(self._smaller(law, example))
                raise

    def test(self, law: Callable[[Example], object]) -> Callable[[], None]:
        """The law as a test, which pytest finds by the name of the law."""

        def holds() -> None:
            self.obey(law)

        holds.__name__, holds.__doc__, holds.__module__ = law.__name__, law.__doc__, law.__module__
        return holds

    def _smaller(self, law: Callable[[Example], object], broken: Example) -> Example:
        """The smallest example that Hypothesis finds to break a law."""

        def breaks(example: Example) -> bool:
            try:
                law(example)
            except Exception:
                return True
            return False

        try:
            with warnings.catch_warnings(action="ignore", category=HypothesisWarning):
                return find(self.strategy, breaks, settings=examples(self.count))
        except NoSuchExample:
            return broken
