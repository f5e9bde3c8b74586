"""The mean of one row as a sentence, with its interval."""

from statistics import fmean

from bench.metrics.declarations import metric
from bench.report.groups import Group
from bench.report.numbers import heading, interval_text, number
from bench.report.same_task import MARK, has_noise
from bench.statistics.intervals import interval_of_mean


def mean_sentence(group: Group, name: str) -> str:
    """The mean of the metric over the seeds, and its 95 % interval or the reason why there is none."""
    declared, values = metric(name), list(group.by_seed(name).values())
    mean = number(fmean(values), declared.decimals)
    text = f"{marked(group)} has a mean {in_sentence(heading(declared))} of {mean}"
    if len(values) == 1:
        if group.n_subsamples > 1:
            return f"{text} over {group.n_subsamples} subsamples with one seed. One seed has no interval."
        word = in_sentence(heading(declared))
        article = "an" if word[0] in "aeiouA" else "a"
        return f"{marked(group)} has {article} {word} of {mean} with one seed. One seed has no interval."
    interval = interval_of_mean(values)
    if interval is None or interval.low == interval.high:
        return f"{text}, the same for each of {len(values)} seeds, so it has no interval."
    shown = interval_text(interval.within(*declared.bounds), declared.decimals)
    return f"{text}, 95 % interval {shown}, over {len(values)} seeds."


def marked(group: Group, more: str = "") -> str:
    """The label of a row with `more` after it; a row with noise is marked, as in the tables."""
    return f"{group.label}{more} {MARK}" if has_noise(group) else f"{group.label}{more}"


def in_sentence(heading: str) -> str:
    """A heading inside a sentence; an abbreviation keeps its capitals.

    >>> in_sentence("Accuracy"), in_sentence("ARI"), in_sentence("Silhouette (input)")
    ('accuracy', 'ARI', 'silhouette (input)')
    """
    return heading if heading[:2].isupper() else heading[0].lower() + heading[1:]
