"""The comparisons of DEC with both baselines in the report SHA-12: percentages, and the claim that DEC is better."""

from collections.abc import Iterator

from bench.metrics.declarations import metric
from bench.report.claims.published import INDICES, Arithmetic, Better, Improvement, PublishedClaim, Score
from bench.statistics.summary import improvement

DEC, SOM, K_MEANS = (0.7925, 0.3518, 152_847.9241), (0.4777, 0.7270, 7089.3218), (0.5123, 0.6894, 8214.5673)
"""Table 1 of the report: the three indices of each method."""
PERCENTAGES = (65.9, 51.6, 2055.6, 97.3)
"""Table 1 of the report: improvement of DEC over the SOM in each index, and of its KL over the quantization error."""
KL, QUANTIZATION = 0.1423, 5.2572
_BASELINES = {"som": "the SOM", "kmeans": "K-Means"}


def arithmetic() -> Iterator[PublishedClaim]:
    """The claims of the percentages, computed again from the report's own figures."""
    for number, (index, label) in enumerate(INDICES.items()):
        higher = bool(metric(f"{index}_own").higher_is_better)
        smallest = improvement(DEC[number], K_MEANS[number], higher)
        why = (
            f"The two figures are from different spaces. The SOM is the weakest baseline; over K-Means, the report's "
            f"figures give {smallest:,.1f}."
        )
        source = Arithmetic(DEC[number], SOM[number], higher)
        yield _percentage(index, label, PERCENTAGES[number], source, why)
    why = "A divergence in nats and a distance in pixels are not comparable."
    source = Arithmetic(KL, QUANTIZATION, higher_is_better=False)
    yield _percentage("kl", "KL(P‖Q) against quantization error", PERCENTAGES[3], source, why)


def _percentage(name: str, text: str, figure: float, source: Arithmetic, why: str) -> PublishedClaim:
    text = f"{text}, best improvement in % (vs. SOM), from the report's own figures"
    return PublishedClaim(f"improvement-{name}", text, "Table 1", figure, source, why, digits=1)


def measured() -> Iterator[PublishedClaim]:
    """The claims of the percentages, computed from our own figures."""
    for (index, label), figure in zip(INDICES.items(), PERCENTAGES, strict=False):
        text = f"{label}, improvement in % (vs. SOM), from our figures, each method in its own space"
        why = (
            "DEC is measured in latent space and the SOM in pixels, so the percentage measures the change of space. "
            f"With both in pixels, DEC has {{dec/{index}_input}} and the SOM {{som/{index}_input}}."
        )
        source = Improvement(Score("dec", f"{index}_own"), Score("som", f"{index}_own"))
        yield PublishedClaim(f"measured-improvement-{index}", text, "Table 1", figure, source, why, "both", digits=1)
    yield PublishedClaim(
        "measured-improvement-kl",
        "KL(P‖Q) of DEC against quantization error of the SOM, improvement in %, from our figures",
        "Table 1",
        PERCENTAGES[3],
        Improvement(Score("dec", "kl_divergence"), Score("som", "quantization_error")),
        "A divergence in nats ({dec/kl_divergence}) and a distance in pixels ({som/quantization_error}) are not "
        "comparable.",
        "both",
        digits=1,
    )


def outperforms() -> Iterator[PublishedClaim]:
    """The claim that DEC is better than both baselines: in the report's way, and with all methods in pixels."""
    for space, where in {"own": "each method in its own space", "input": "both in pixels"}.items():
        for (index, label), (base, name) in ((index, base) for index in INDICES.items() for base in _BASELINES.items()):
            column = f"{index}_{space}"
            digits = metric(column).decimals
            across = "The space of DEC is not the space of the other method. " if space == "own" else ""
            yield PublishedClaim(
                f"outperforms-{base}-{column}",
                f"DEC outperforms {name}: {label}, {where}",
                "3.1, 4.1, 5",
                None,
                Better(Score("dec", column), Score(base, column)),
                f"{across}DEC has {{dec/{column}}}, {name} {{{base}/{column}}}.",
                "both" if space == "own" else "input",
                digits=digits,
            )
