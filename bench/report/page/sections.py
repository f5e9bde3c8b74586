"""Every section of the page, declared once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

BLOCKS = "sections/blocks.html"
"""The template of a section that is made of the blocks of `bench.report.page.blocks`."""


@dataclass(frozen=True)
class Section:
    """One section: its name, its words, the function that makes its content, and its template."""

    name: str
    """Its address inside the page; letters and `-`."""
    title: str
    """Its heading."""
    link: str
    """One or two words in the list of sections."""
    function: str
    """Address of the function, as `module:function`. It gets the view and returns the variables of the template, or
    None if there is nothing to show. `blocks` has the blocks of a section without a template of its own; `charts` has
    what the script reads, by name."""
    template: str = BLOCKS

    def content(self, view: object) -> Mapping[str, Any] | None:
        """The variables of the template; None: the section is left out."""
        module, _, name = self.function.partition(":")
        found: Mapping[str, Any] | None = getattr(import_module(module), name)(view)
        return found


_PAGE = "bench.report.page"
SECTIONS: tuple[Section, ...] = (
    Section("answer", "The answer", "Answer", f"{_PAGE}.answer:section", "sections/answer.html"),
    Section("claims", "The published claims", "Claims", f"{_PAGE}.claims:section"),
    Section("search", "The search", "Search", f"{_PAGE}.search:section"),
    Section("tables", "The main tables", "Tables", f"{_PAGE}.main_table:section", "sections/tables.html"),
    Section("seeds", "Every seed", "Seeds", f"{_PAGE}.charts:seeds_section", "sections/seeds.html"),
    Section("clusters", "The number of clusters", "Clusters", f"{_PAGE}.k_section:section"),
    Section("indices", "What an index is worth here", "Indices", f"{_PAGE}.indices:section"),
    Section("compression", "Smaller forms of the models", "Compression", f"{_PAGE}.compression:section"),
    Section(
        "prototypes",
        "Prototypes and samples of the clusters",
        "Prototypes",
        f"{_PAGE}.sample_sections:prototypes",
        "sections/prototypes.html",
    ),
    Section(
        "samples",
        "The samples in the space of each method",
        "Samples",
        f"{_PAGE}.sample_sections:scatter",
        "sections/samples.html",
    ),
    Section(
        "confusion",
        "Confusion of classes and clusters",
        "Confusion",
        f"{_PAGE}.sample_sections:confusion",
        "sections/confusion.html",
    ),
    Section("training", "Training", "Training", f"{_PAGE}.charts:training_section", "sections/training.html"),
    Section("time", "Accuracy against time", "Time", f"{_PAGE}.time_chart:section", "sections/time.html"),
    Section("provenance", "Provenance", "Provenance", f"{_PAGE}.provenance:section", "sections/provenance.html"),
    Section("documents", "All tables", "All tables", f"{_PAGE}.documents:section"),
)
"""All sections of an experiment, in the order of the page. Their functions get a `PageView`."""

SETS_SECTIONS: tuple[Section, ...] = (
    Section("answer", "The answer", "Answer", f"{_PAGE}.sets:answer_section", "sections/answer.html"),
    Section("ranks", "The ranks", "Ranks", f"{_PAGE}.sets:ranks_section"),
    Section("sets", "Each data set", "Data sets", f"{_PAGE}.sets:sets_section", "sections/sets.html"),
    Section("tables", "The metrics on each data set", "Tables", f"{_PAGE}.sets:tables_section"),
    Section("provenance", "Provenance", "Provenance", f"{_PAGE}.sets:provenance_section", "sections/provenance.html"),
    Section("documents", "All tables", "All tables", f"{_PAGE}.sets:documents_section"),
)
"""All sections of a table over several data sets, in the order of the page. Their functions get a `SetsPageView`."""


def filled(sections: Sequence[Section], view: object) -> list[tuple[Section, Mapping[str, Any]]]:
    """The sections that have something to show, with the variables of their templates."""
    made = [(section, section.content(view)) for section in sections]
    return [(section, content) for section, content in made if content is not None]
