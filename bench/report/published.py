"""What two reports print about MNIST, as data: every figure with its place, and where ours comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bench.metrics.declarations import Space

SILHOUETTE, DAVIES_BOULDIN, CALINSKI_HARABASZ = "silhouette", "davies_bouldin", "calinski_harabasz"


@dataclass(frozen=True)
class Fact:
    """A property of the data or of the network."""

    name: str


@dataclass(frozen=True)
class Score:
    """A metric of a method, over the seeds."""

    method: str
    metric: str


@dataclass(frozen=True)
class Improvement:
    """Percent by which the mean of `metric` of one method is better than that of another, whatever their spaces."""

    metric: str
    new: str
    base: str


@dataclass(frozen=True)
class Arithmetic:
    """The same percentage of two figures that the report itself prints."""

    new: float
    base: float
    higher_is_better: bool


@dataclass(frozen=True)
class Chosen:
    """The value of a grid that a search prefers by its criterion."""

    axis: str


@dataclass(frozen=True)
class Claim:
    """One figure of a report."""

    name: str
    """Unique in its report."""
    text: str
    place: str
    """Where the report has it."""
    figure: float | None
    """None: the report says it in words alone."""
    ours: Fact | Score | Improvement | Arithmetic | Chosen
    why: str
    """One sentence on agreement or difference; `{method/metric}` and `{fact}` stand for what came out here."""
    space: Space | Literal["both"] | None = None
    """Of an internal metric: which space the report measured in, as far as its text tells."""
    digits: int = 4
    """After the point, in the table."""


@dataclass(frozen=True)
class Report:
    """A report, and the schedule that repeats its experiment."""

    title: str
    methods: tuple[str, ...]
    preset: str
    params: tuple[str, ...]
    """As `--param` takes them, epochs aside."""
    pretrain_epochs: int
    epochs: int
    reconstructed: str
    """What the report does not tell and this project had to choose; empty if nothing."""
    claims: tuple[Claim, ...]


def _three_indices(
    method: str, label: str, figures: Sequence[float], reasons: Sequence[str], space: Space
) -> tuple[Claim, ...]:
    """Silhouette, Davies–Bouldin and Calinski–Harabasz of a method."""
    names = {SILHOUETTE: "Silhouette", DAVIES_BOULDIN: "Davies–Bouldin", CALINSKI_HARABASZ: "Calinski–Harabasz"}
    return tuple(
        Claim(
            f"{metric}-{method}", f"{names[metric]} of {label}", "Table 1", figure, Score(method, f"{metric}_{space}"),
            why, space,
        )
        for metric, figure, why in zip(names, figures, reasons, strict=True)
    )  # fmt: skip


_PIXELS = "The report measures flattened images, where the ten true classes themselves have a silhouette of 0.04. "
_AS_ABOVE = "As the silhouette above: no clustering of flattened images comes to this."

_ARITHMETIC = "The arithmetic holds; the spaces differ."

SHA12 = Report(
    title="Clustering with Neural Networks: SHA-12 Model on MNIST Dataset",
    methods=("dec", "ae-kmeans", "som", "kmeans"),
    preset="sha12",
    params=("dec.batch_size=128", "dec.tol=0", "dec.final_assignment=kmeans", "ae-kmeans.batch_size=128"),
    pretrain_epochs=50,
    epochs=30,
    reconstructed="",
    claims=(
        Claim("train", "Training images", "2.1", 60_000, Fact("train images"), "The data are the same.", digits=0),
        Claim("test", "Test images", "2.1", 10_000, Fact("test images"), "The data are the same.", digits=0),
        Claim("side", "Height and width of an image, pixels", "2.1", 28, Fact("height"), "The same.", digits=0),
        Claim("channels", "Channels of an image", "2.1", 1, Fact("channels"), "The same.", digits=0),
        Claim("classes", "Classes", "2.1", 10, Fact("classes"), "The same.", digits=0),
        Claim(
            "balance",
            "Nearly balanced classes: smallest over largest, training images",
            "2.1",
            None,
            Fact("balance of train"),
            "In words alone; the smallest class has {smallest class of train} training images, the largest {largest "
            "class of train}.",
            digits=3,
        ),
        Claim("lowest", "Lowest pixel", "2.1", 0, Fact("lowest pixel"), "Pixels are divided by 255.", digits=0),
        Claim("highest", "Highest pixel", "2.1", 1, Fact("highest pixel"), "Pixels are divided by 255.", digits=0),
        Claim("conv1", "Parameters of convolution 1", "2.3", 320, Fact("encoder Conv2d 1"), "The same.", digits=0),
        Claim("conv2", "Parameters of convolution 2", "2.3", 18_496, Fact("encoder Conv2d 2"), "The same.", digits=0),
        Claim("conv3", "Parameters of convolution 3", "2.3", 73_856, Fact("encoder Conv2d 3"), "The same.", digits=0),
        Claim(
            "dense",
            "Parameters of the dense layer",
            "2.3",
            401_472,
            Fact("encoder Linear 1"),
            "The figure means a map of 128 × 7 × 7, so two poolings, though the text describes three.",
            digits=0,
        ),
        Claim(
            "decoder",
            "Parameters of the decoder, batch norms aside",
            "2.3",
            493_664,
            Fact("decoder without batch norms"),
            "A symmetric decoder has 6,561 more: the 6,272 biases of its dense layer and the 289 parameters of the "
            "output layer are what the report's sum leaves out.",
            digits=0,
        ),
        Claim(
            "parameters",
            "Parameters in all, batch norms aside",
            "2.3",
            987_808,
            Fact("all without batch norms"),
            "The report's own five figures add up to 987,808; ours has the whole decoder. Scales and shifts of batch "
            "norms, {batch norms} in all, are trainable too.",
            digits=0,
        ),
        *_three_indices(
            "dec",
            "DEC",
            (0.7925, 0.3518, 152_847.9241),
            (
                "Of its own latent space, which training contracts towards the centres; the same labels have "
                "{dec/silhouette_input} in pixels.",
                "Of its own latent space; in pixels the same labels have {dec/davies_bouldin_input}.",
                "Of its own latent space; in pixels the same labels have {dec/calinski_harabasz_input}.",
            ),
            "own",
        ),
        *_three_indices(
            "som", "the SOM", (0.4777, 0.7270, 7089.3218), (_PIXELS + "{hunt/som}", _AS_ABOVE, _AS_ABOVE), "input"
        ),
        *_three_indices(
            "kmeans", "K-Means", (0.5123, 0.6894, 8214.5673), (_PIXELS + "{hunt/kmeans}", _AS_ABOVE, _AS_ABOVE), "input"
        ),
        Claim(
            "kl",
            "KL(P‖Q) of DEC",
            "Table 1",
            0.1423,
            Score("dec", "kl_divergence"),
            "Per sample, over all images; the report tells neither over which data nor whether it is a sum or a mean.",
            "own",
        ),
        Claim(
            "quantization",
            "Quantization error of the SOM",
            "Table 1",
            5.2572,
            Score("som", "quantization_error"),
            "A 10 × 10 map on pixels comes to this; the report does not tell the size of its map.",
            "input",
        ),
        *(
            Claim(
                f"improvement-{name}",
                f"{label}, best improvement in % (vs. SOM), from the report's own figures",
                "Table 1",
                figure,
                Arithmetic(new, base, higher),
                why,
                digits=1,
            )
            for name, label, figure, new, base, higher, why in (
                (SILHOUETTE, "Silhouette", 65.9, 0.7925, 0.4777, True, _ARITHMETIC),
                (DAVIES_BOULDIN, "Davies–Bouldin", 51.6, 0.3518, 0.7270, False, _ARITHMETIC),
                (
                    CALINSKI_HARABASZ,
                    "Calinski–Harabasz",
                    2055.6,
                    152_847.9241,
                    7089.3218,
                    True,
                    "Its own figures give 2,056.0, not 2,055.6; the spaces differ.",
                ),
                (
                    "kl",
                    "KL beside quantization error",
                    97.3,
                    0.1423,
                    5.2572,
                    False,
                    "The arithmetic holds, but nats beside a distance in pixels compare nothing.",
                ),
            )
        ),
        *(
            Claim(
                f"measured-improvement-{metric}",
                f"{label}, improvement in % (vs. SOM), from our figures, each in its own space",
                "Table 1",
                figure,
                Improvement(f"{metric}_own", "dec", "som"),
                "Latent space beside pixels: the percentage measures the change of space. In pixels, for both, "
                f"DEC has {{dec/{metric}_input}} and the SOM {{som/{metric}_input}}.",
                "both",
                digits=1,
            )
            for metric, label, figure in (
                (SILHOUETTE, "Silhouette", 65.9),
                (DAVIES_BOULDIN, "Davies–Bouldin", 51.6),
                (CALINSKI_HARABASZ, "Calinski–Harabasz", 2055.6),
            )
        ),
        Claim(
            "ari",
            "ARI of DEC",
            "3.2",
            0.85,
            Score("dec", "ari"),
            "Against the true labels, which no choice here has seen; accuracy after Hungarian matching is "
            "{dec/accuracy}, and K-Means on the same pretrained autoencoder has an ARI of {ae-kmeans/ari}.",
            digits=3,
        ),
        Claim("lr", "Best learning rate", "2.4", 0.001, Chosen("lr"), "{chosen/lr}", digits=4),
        Claim("batch", "Best batch size", "2.4", 128, Chosen("batch_size"), "{chosen/batch_size}", digits=0),
        Claim("lambda", "Best λ", "2.4", 0.5, Chosen("kl_weight"), "{chosen/kl_weight}", digits=1),
        Claim("latent", "Best latent dimension", "2.4", 64, Chosen("latent_dim"), "{chosen/latent_dim}", digits=0),
    ),
)  # fmt: skip

TANH128 = Report(
    title="Clustering with Neural Networks using Hugging Face Datasets",
    methods=("dec", "ae-kmeans", "kmeans"),
    preset="tanh128",
    params=("dec.tol=0", "dec.final_assignment=kmeans"),
    pretrain_epochs=50,
    epochs=30,
    reconstructed="Widths (64/128/256), epochs (50 + 30) and λ (0.5) are this project's choice: the report does not "
    "tell them.",
    claims=(
        Claim("train", "Training images", "2", 60_000, Fact("train images"), "The data are the same.", digits=0),
        Claim("test", "Test images", "2", 10_000, Fact("test images"), "The data are the same.", digits=0),
        Claim(
            "parameters",
            "Parameters in all",
            "4",
            1_300_000,
            Fact("all"),
            "The report gives about 1.3 million and no widths; ours were chosen to come near that.",
            digits=0,
        ),
        Claim(
            "silhouette-dec",
            "Silhouette of K-Means on latent codes, first line",
            "6",
            0.8520,
            Score("dec", "silhouette_own"),
            "The report gives K-Means two silhouettes and names no space; the higher one fits codes after its DEC "
            "module, its cure for a poor score. In pixels the same labels have {dec/silhouette_input}.",
            "own",
        ),
        Claim(
            "silhouette-ae-kmeans",
            "Silhouette of K-Means on latent codes, second line",
            "6",
            0.6270,
            Score("ae-kmeans", "silhouette_own"),
            "The lower one would be that of codes before the DEC module; in pixels the same labels have "
            "{ae-kmeans/silhouette_input}.",
            "own",
        ),
        Claim(
            "calinski-harabasz",
            "Calinski–Harabasz of K-Means on latent codes",
            "6",
            181_744.91,
            Score("dec", "calinski_harabasz_own"),
            "Of codes after the DEC module, as the silhouette; before it they have "
            "{ae-kmeans/calinski_harabasz_own}, pixels {kmeans/calinski_harabasz_input}.",
            "own",
        ),
        Claim("batch", "Batch size", "3", 64, Fact("batch size"), "Taken over from the report.", digits=0),
        Claim("latent", "Latent dimension", "3", 128, Fact("latent size"), "Taken over from the report.", digits=0),
    ),
)

REPORTS = {"sha12": SHA12, "tanh128": TANH128}
