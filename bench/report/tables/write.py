"""The tables of an experiment: table.md for readers; the CSV files for programs."""

from collections.abc import Sequence
from pathlib import Path

from bench.metrics.declarations import all_metrics
from bench.metrics.spaces import COMPONENTS
from bench.report.best import RULE, rule_of
from bench.report.csv_files import write_csv
from bench.report.groups import Group, group, several_k
from bench.report.markdown import Parts, escape, joined, lowered
from bench.report.outcomes import Outcomes
from bench.report.published_outcomes import read_for_tables
from bench.report.same_task import MARK, has_another_number, has_both, has_noise, k_of_scores
from bench.report.tables.blocks import cost_block, input_block, labels_block, own_block, reference_block
from bench.report.tables.certainty import certainty_block
from bench.report.tables.configurations import configurations_block
from bench.report.tables.frames import cells_frame, groups_frame
from bench.report.tables.heading import heading, origin
from bench.report.tables.improvements import MOST_PERCENT, improvement_block, improvements_frame, percentages_block
from bench.report.tables.latex import write_latex
from bench.report.tables.spread import spread_block, statistics_frame
from bench.report.tables.variation import variation_block
from bench.store.files import write_text
from bench.store.store import Store

LATEX = "table.tex"
SEVERAL_K = (
    "The rows have different numbers of clusters (k). Only {across_k} are compared across k; "
    "every other figure grows or shrinks with k by itself."
)
BOLD_OF_ONE_K = "Rows of one k are compared with each other."
ANOTHER_NUMBER = (
    "A row that found another number of clusters than asked for, or gets no number, is not bold in seconds."
)
MORE_CLUSTERS = (
    "A row that found more clusters than asked for, or gets no number of clusters, is bold in {across_k} only."
)
INCOMPLETE = f"A row with failed or missing seeds, or with samples that have no cluster ({MARK}), is never bold."
OF_SUBSAMPLES = "A row of subsamples is not bold beside rows of all samples."
LABELS = "## Compared with the true labels"
NO_LABELS = "## Clusters and time"
VARIATION = """## What varies with the seed, and what with the samples

Rows of subsamples. The sd of the seeds is that of fits on one subsample, pooled over the subsamples. The sd of the \
samples is what the choice of the subsample adds to it (components of variance; 0 if the seeds explain all of it). Two \
subsamples share most of their samples, so new samples would vary more. The ± of the other tables is over all fits: it \
has both."""
CONFIGURATIONS = """## Compared with the first configuration of the same method

The first row has means ± standard deviations. The other rows have differences from the first row with intervals of \
95 %, paired by seed if both rows start from the same pretrained autoencoder."""
INPUT = """## In the input space, the same for all methods

{best} The quantization error of every method falls as its number of prototypes grows, so it is compared only if \
all numbers of prototypes are equal."""
REFERENCE = """## In the reference space: {components} principal components, the same for all methods

{best} The components are computed from the scored samples, without labels."""
REFERENCE_IS_INPUT = (
    "The data have at most {components} features, so the reference space is the input space: their indices are equal."
)
OWN = """## In each method's own space: not comparable between methods

A method that learns a space is measured in that space (`own`). Every other method is measured in the input space. One \
index measures different things in different spaces, so nothing is bold. A collapsed latent space has no indices."""
THIRD_PARTY = (
    "A third-party class is measured in the input space, because it is not known here whether the class learns a space."
)
OF_CODES = "effective_rank_own"
"""A metric that every fit with a space of its own has."""
COST = "## Cluster sizes, parameters and the time of each phase"
SAME = f"""## DEC against each baseline, in comparable metrics

The strongest baseline of each metric comes first. Difference: DEC − baseline in the metric's own units. Two rows are \
paired by seed only if they start from the same pretrained autoencoder; otherwise their runs are two samples. p: \
two-sided permutation test of the means, corrected for the number of baselines (Holm). P(DEC higher): share of \
comparisons of two runs in which DEC has the higher value. A difference is claimed only if p < 0.05 and the interval \
excludes zero. Improvement: (DEC − baseline) / |baseline| in percent, with the sign set so that positive is better; \
n/a if the baseline is not positive, if the numbers of prototypes differ, or if the index leaves out noise of one row. \
Beyond ±{MOST_PERCENT:,} %, it is the ratio DEC / baseline, such as 120 times. A seed decides about \
the method's chance, not about the choice of images."""
SPREAD = """## Spread over the seeds

The intervals of 95 % are of the mean: BCa bootstrap from 8 seeds on, Student's t below. statistics.csv has every \
metric."""
DIFFERENT = """## Percentages across different spaces: not comparable between methods

The spaces differ: DEC is measured in the latent space that it learnt to make such indices good, each baseline in its \
own space. Published comparisons often compute their improvement in this way, and print the largest one, which is over \
the weakest baseline. The block is here so that readers recognise such percentages; it does not compare methods."""


def write_tables(store: Store, above: Sequence[str] = (), *, latex: bool = False) -> list[Path]:
    """Write all tables from the records and return their paths; table.tex with `latex`, or if it is there already.

    Without records, published tables are written again from cells.csv, which stays as it is.
    `above`: sentences in plain text that a reader must know before the figures; they are at the top of table.md.
    Raises UsageError if the experiment has no manifest, or neither records nor a cells.csv that is whole.
    """
    outcomes = read_for_tables(store)
    groups = group(outcomes.all)
    dataset = outcomes.manifest.data.title
    text = document(outcomes, above)
    paths = [
        write_text(store.path("table.md"), f"{text}\n"),
        *write_latex(store, LATEX, text, " ".join([origin(outcomes), *outcomes.manifest.notes, *above]), latex),
        write_csv(store.path("table.csv"), groups_frame(groups, dataset)),
        write_csv(store.path("statistics.csv"), statistics_frame(groups)),
        write_csv(store.path("improvements.csv"), improvements_frame(groups, dataset)),
    ]
    if not outcomes.written_from:
        paths.append(write_csv(store.path("cells.csv"), cells_frame(outcomes.all, dataset)))
    return paths


def render(outcomes: Outcomes, above: Sequence[str] = ()) -> str:
    """The text of table.md, with the sentences of `above` at its top."""
    return f"{document(outcomes, above)}\n"


def document(outcomes: Outcomes, above: Sequence[str] = ()) -> Parts:
    """The parts of table.md, with the sentences of `above` at its top."""
    groups = group(outcomes.all)
    labels, *others = _main_blocks(outcomes, groups)
    parts = [heading(outcomes, groups, above), labels]
    if same := improvement_block(groups):
        parts += [SAME, same]
    if spread := spread_block(groups):
        parts += [SPREAD, spread]
    parts += [*others, COST, cost_block(groups)]
    if sure := certainty_block(groups):
        parts.append(sure)
    if same:
        parts += [DIFFERENT, percentages_block(groups)]
    return joined(parts)


def summary(outcomes: Outcomes, above: Sequence[str] = ()) -> str:
    """The heading and the main blocks with headings one level lower, for use inside another document."""
    groups = group(outcomes.all)
    text = "\n\n".join([heading(outcomes, groups, above), *_main_blocks(outcomes, groups)])
    return lowered(text) + "\n"


def _main_blocks(outcomes: Outcomes, groups: Sequence[Group]) -> list[str]:
    seconds, best = _what_is_bold(groups, has_seconds=True), _bold_again(groups)
    labels = f"{LABELS if outcomes.labelled else NO_LABELS}\n\n{seconds}"
    configurations, variation = configurations_block(groups), variation_block(groups, outcomes.labelled)
    without_space = any(group.cell.is_third_party and not group.by_seed(OF_CODES) for group in groups)
    own = f"{OWN} {THIRD_PARTY}" if without_space else OWN
    return [
        joined([labels, labels_block(groups, outcomes.labelled)]),
        *([VARIATION, variation] if variation else []),
        *([CONFIGURATIONS, configurations] if configurations else []),
        *(INPUT.format(best=best), input_block(groups)),
        *_reference_parts(outcomes, groups, best),
        *(own, own_block(groups)),
    ]


def _bold_again(groups: Sequence[Group]) -> str:
    """The sentences before a later block; the first block has the rule."""
    text = _what_is_bold(groups)
    return text.replace(RULE, "Bold: as in the table above.")


def _reference_parts(outcomes: Outcomes, groups: Sequence[Group], best: str) -> list[str]:
    """The block of the reference space; one sentence if it is the input space, and nothing if it was not scored."""
    block = reference_block(groups)
    if not block:
        return []
    if outcomes.manifest.data.n_features <= COMPONENTS:
        return [REFERENCE_IS_INPUT.format(components=COMPONENTS)]
    return [REFERENCE.format(components=COMPONENTS, best=best), block]


def _what_is_bold(groups: Sequence[Group], has_seconds: bool = False) -> str:
    """The sentences before a block in which values can be bold; only those that the rows need."""
    # The metrics that compare rows with different numbers of clusters.
    across_k = ", ".join(dict.fromkeys(escape(each.label) for each in all_metrics() if each.comparable_across_k))
    rule, different_k = rule_of(groups), [SEVERAL_K.format(across_k=across_k)] if several_k(groups) else []
    if rule != RULE:
        return " ".join([rule, *different_k])
    complete = all(len(group.ok) == len(group.outcomes) and not has_noise(group) for group in groups)
    parts = [rule, *([] if complete else [INCOMPLETE])]
    parts += [OF_SUBSAMPLES] if has_both(groups) else []
    parts += [ANOTHER_NUMBER] if has_seconds and any(map(has_another_number, groups)) else []
    parts += [MORE_CLUSTERS.format(across_k=across_k)] if any(k_of_scores(group) is None for group in groups) else []
    parts += [*different_k, BOLD_OF_ONE_K] if different_k else []
    return " ".join(parts)
