"""The tables of an experiment: table.md to read, cells.csv, table.csv and improvements.csv to compute with."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bench.report.groups import Group, group
from bench.report.results import Results, read
from bench.report.tables.blocks import cost_block, input_block, labels_block, own_block
from bench.report.tables.configurations import configurations_block
from bench.report.tables.frames import cells_frame, groups_frame
from bench.report.tables.heading import heading
from bench.report.tables.improvements import improvement_block, improvements_frame
from bench.store.files import write_text
from bench.store.store import Store

BEST = "The best of each column is bold."
LABELS = "## Against the true labels"
NO_LABELS = "## Clusters and time"
CONFIGURATIONS = """## What a configuration buys, beside the first of its method

The first row has means, the others differences from it, paired by seed, over the seeds that both have."""
INPUT = """## In the input space, the same for all methods

{best} The quantization error falls with the number of prototypes whatever the method: \
it has a best only where the numbers are equal."""
OWN = """## In each method's own space: these figures compare nothing

A method that learns a space is measured in it (`own`), the others in the input space. An index in one space and the \
same index in another answer different questions, so nothing is bold. A latent space that has collapsed has no index."""
ELSEWHERE = "Whether a class from elsewhere learns a space is not known here: it is measured in the input space."
COST = "## Sizes and phases"
SAME = """## Improvement of DEC over each baseline, on the same ground

Over the seeds that both have. Difference: DEC − baseline in the metric's own units, paired by seed. Improvement: \
(DEC − baseline) / |baseline| in percent, turned so that positive is better; n/a where the baseline is not positive or \
the numbers of prototypes differ."""
DIFFERENT = """## Percentages across different spaces: they compare no methods

The spaces differ: DEC is measured in the latent space that it learnt to make such indices good, each baseline in its \
own. Published comparisons often compute their improvement this way; it stands here to be recognised, not to be used."""


def write_tables(store: Store) -> list[Path]:
    """Write all tables from the records and return their paths.

    Raises UsageError if the experiment has no manifest.
    """
    experiment = read(store)
    groups = group(experiment.outcomes)
    dataset = experiment.manifest.data.name
    return [
        write_text(store.path("table.md"), render(experiment)),
        write_text(store.path("table.csv"), _csv(groups_frame(groups, dataset))),
        write_text(store.path("improvements.csv"), _csv(improvements_frame(groups, dataset))),
        write_text(store.path("cells.csv"), _csv(cells_frame(experiment.outcomes, dataset))),
    ]


def render(experiment: Results) -> str:
    """The text of table.md."""
    groups = group(experiment.outcomes)
    parts = [heading(experiment, groups), *_main_blocks(experiment, groups), COST, cost_block(groups)]
    if same := improvement_block(groups, "same"):
        parts += [SAME, same, DIFFERENT, improvement_block(groups, "different")]
    return "\n\n".join(parts) + "\n"


def summary(experiment: Results) -> str:
    """The head and the main blocks, their titles one level lower, to stand in another document."""
    groups = group(experiment.outcomes)
    text = "\n\n".join([heading(experiment, groups), *_main_blocks(experiment, groups)])
    return "".join(f"#{line}" if line.startswith("#") else line for line in text.splitlines(keepends=True)) + "\n"


def _main_blocks(experiment: Results, groups: Sequence[Group]) -> list[str]:
    labels = f"{LABELS}\n\n{BEST}" if experiment.labelled else NO_LABELS
    configurations = configurations_block(groups)
    own = f"{OWN} {ELSEWHERE}" if any(group.cell.is_third_party for group in groups) else OWN
    return [
        *(labels, labels_block(groups, experiment.labelled)),
        *([CONFIGURATIONS, configurations] if configurations else []),
        *(INPUT.format(best=BEST), input_block(groups)),
        *(own, own_block(groups)),
    ]


def _csv(frame: pd.DataFrame) -> str:
    text: str = frame.to_csv(index=False, lineterminator="\n")
    return text
