"""The claims of the report "Clustering with Neural Networks using Hugging Face Datasets"."""

from collections.abc import Iterator

from bench.metrics.declarations import metric
from bench.report.claims.published import (
    INDICES,
    Better,
    PublishedClaim,
    PublishedReport,
    Score,
    Setting,
    count,
    setting,
)


def _better_separated() -> Iterator[PublishedClaim]:
    """The claim that K-Means separates clusters better in latent space: in each method's own space, and in pixels."""
    for space, where in {"own": "codes in latent space, pixels in pixels", "input": "both in pixels"}.items():
        for index, label in INDICES.items():
            column = f"{index}_{space}"
            across = "The report compares two spaces. " if space == "own" else ""
            yield PublishedClaim(
                f"separated-{column}",
                f"K-Means separates clusters better on codes than on pixels: {label}, {where}",
                "6",
                None,
                Better(Score("dec", column), Score("kmeans", column)),
                f"{across}K-Means has {{dec/{column}}} on codes after the DEC module, {{ae-kmeans/{column}}} on codes "
                f"before it, and {{kmeans/{column}}} on pixels.",
                "both" if space == "own" else "input",
                digits=metric(column).decimals,
            )


def _cure() -> Iterator[PublishedClaim]:
    """The claim that a DEC module improves a poor score, in both spaces."""
    for space, where in {"own": "in latent space", "input": "in pixels"}.items():
        column = f"silhouette_{space}"
        yield PublishedClaim(
            f"cure-{space}",
            f"A DEC module improves a poor score: silhouette {where}",
            "9",
            None,
            Better(Score("dec", column), Score("ae-kmeans", column), shared=True),
            f"K-Means on codes has {{ae-kmeans/{column}}} before the DEC module and {{dec/{column}}} after it. Their "
            "accuracy is {ae-kmeans/accuracy} and {dec/accuracy}.",
            "own" if space == "own" else "input",
            digits=3,
        )


# Each claim below begins with its name, text, place, figure and source; its reason is on the next lines.
# fmt: off
_CLAIMS = (
    count("train", "Training images", "2", 60_000, "train images"),
    count("test", "Test images", "2", 10_000, "test images"),

    PublishedClaim(
        "silhouette-dec", "Silhouette of K-Means on latent codes, first line", "6", 0.8520,
        Score("dec", "silhouette_own"),
        "The report prints two silhouettes of K-Means in latent space and does not say how they differ. We assume that "
        "the higher one is of codes after the DEC module, which the report recommends for a poor score. In pixels, the "
        "same labels have {dec/silhouette_input}.", "own"),
    PublishedClaim(
        "silhouette-ae-kmeans", "Silhouette of K-Means on latent codes, second line", "6", 0.6270,
        Score("ae-kmeans", "silhouette_own"),
        "We assume that this one is of codes before the DEC module. In pixels, the same labels have "
        "{ae-kmeans/silhouette_input}.", "own"),
    PublishedClaim(
        "calinski-harabasz", "Calinski–Harabasz of K-Means on latent codes", "6", 181_744.91,
        Score("dec", "calinski_harabasz_own"),
        "Measured on codes after the DEC module, like the first silhouette. Codes before the DEC module have "
        "{ae-kmeans/calinski_harabasz_own}. In pixels, the same labels have {dec/calinski_harabasz_input}.", "own",
        digits=2),
    *_better_separated(),
    *_cure(),

    PublishedClaim(
        "normed convolutions", "Batch norm after each convolution: number in the encoder", "5", None,
        Setting("normed convolutions"), "The report states this in words only, and our network has it.", digits=0),
    PublishedClaim(
        "parameters", "Parameters of the whole network, rounded to 0.1 million", "4", 1_300_000, Setting("all"),
        "The report states no widths. Our widths were chosen to come near its number.", digits=-5,
        why_not="The report states no widths. Our widths come near its number on images of 28 × 28."),
    setting("lowest output", "Lowest value of images and output (Tanh)", "1.5", -1, 0),
    setting("batch size", "Batch size", "3", 64, 0),
    setting("latent size", "Latent dimension", "1, 1.3, 3", 128, 0),
    setting("learning rate", "Learning rate of Adam", "3", 0.001, 3),
    setting("dropout", "Dropout", "1.5, 5", 0.3, 1),
)
# fmt: on

TANH128 = PublishedReport(
    title="Clustering with Neural Networks using Hugging Face Datasets",
    methods=("dec", "ae-kmeans", "kmeans"),
    preset="tanh128",
    params=("dec.tol=0", "dec.final_assignment=kmeans"),
    assumptions="This project chose the widths (64/128/256), the epochs (50 + 30) and λ (0.5), because the report does "
    "not state them.",
    claims=_CLAIMS,
)
