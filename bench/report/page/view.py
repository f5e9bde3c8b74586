"""Everything that a section of the page is made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bench.report.groups import Group, group
from bench.report.outcomes import Outcomes
from bench.report.page.pictures import Picture, pictures
from bench.report.page.samples import Samples, samples
from bench.store.store import Store


@dataclass(frozen=True)
class PageView:
    """One experiment: its folder, its outcomes, and the sentences that stand above its figures."""

    store: Store
    outcomes: Outcomes
    above: Sequence[str] = ()
    """Sentences in plain text that a reader must know before the figures, besides the notes of the manifest."""

    @cached_property
    def groups(self) -> list[Group]:
        """The rows of the tables."""
        return group(self.outcomes.all)

    @cached_property
    def pictures(self) -> dict[str, Picture]:
        """The figures that the page shows as pictures, by name."""
        return pictures(self.store)

    @cached_property
    def samples(self) -> Samples:
        """What the sections about samples show."""
        return samples(self.store, self.groups, self.outcomes.manifest.data)
