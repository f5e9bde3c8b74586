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
class PublishedClaim:
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
    otherwise: str = ""
    """What is said instead where ours differs, if `why` holds of agreement alone."""


@dataclass(frozen=True)
class PublishedReport:
    """A report, and the schedule that repeats its experiment."""

    title: str
    methods: tuple[str, ...]
    preset: str
    params: tuple[str, ...]
    """As `--param` takes them; the epochs are the preset's."""
    reconstructed: str
    """What the report does not tell and this project had to choose; empty if nothing."""
    claims: tuple[PublishedClaim, ...]


def _three_indices(
    method: str, label: str, figures: Sequence[float], reasons: Sequence[str], space: Space
) -> tuple[PublishedClaim, ...]:
    """Silhouette, Davies–Bouldin and Calinski–Harabasz of a method."""
    names = {SILHOUETTE: "Silhouette", DAVIES_BOULDIN: "Davies–Bouldin", CALINSKI_HARABASZ: "Calinski–Harabasz"}
    return tuple(
        PublishedClaim(
            f"{metric}-{method}", f"{names[metric]} of {label}", "Table 1", figure, Score(method, f"{metric}_{space}"),
            why, space,
        )
        for metric, figure, why in zip(names, figures, reasons, strict=True)
    )  # fmt: skip


_PIXELS = "The report clusters flattened images and names no space for its indices; ours are of pixels. "
_AS_ABOVE = "As the silhouette above."
_SAME, _OTHER = "The same.", "The data, or the network on them, are others."

_ARITHMETIC = "The arithmetic holds; the spaces differ."


def _count(name: str, text: str, place: str, figure: float, fact: str) -> PublishedClaim:
    """A whole number that the data or the network have."""
    return PublishedClaim(name, text, place, figure, Fact(fact), _SAME, otherwise=_OTHER, digits=0)


def _setting(name: str, text: str, place: str, figure: float, digits: int) -> PublishedClaim:
    """A parameter of the training, whose fact has the claim's name."""
    why = "Taken over from the report."
    return PublishedClaim(
        name, text, place, figure, Fact(name), why, digits=digits, otherwise="Another was asked for here."
    )


SHA12 = PublishedReport(
    title="Clustering with Neural Networks: SHA-12 Model on MNIST Dataset",
    methods=("dec", "ae-kmeans", "som", "kmeans"),
    preset="sha12",
    params=("dec.batch_size=128", "dec.tol=0", "dec.final_assignment=kmeans", "ae-kmeans.batch_size=128"),
    reconstructed="Chosen here, since the report does not tell: two poolings, which its parameter counts ask for where "
    "its text has three; a sigmoid at the output; 20 restarts of K-Means for the first centres, 10 at the end; a map "
    "of 10 × 10 units, grouped by Ward's criterion; every index over all images; no sample held out, so no early "
    "stopping, which the report names for its search of parameters.",
    claims=(
        _count("train", "Training images", "2.1", 60_000, "train images"),
        _count("test", "Test images", "2.1", 10_000, "test images"),
        _count("side", "Height and width of an image, pixels", "2.1", 28, "height"),
        _count("channels", "Channels of an image", "2.1", 1, "channels"),
        _count("classes", "Classes", "2.1", 10, "classes"),
        PublishedClaim(
            "balance",
            "Nearly balanced classes: smallest over largest, training images",
            "2.1",
            None,
            Fact("balance of train"),
            "In words alone; the smallest class has {smallest class of train} training images, the largest {largest "
            "class of train}.",
            digits=3,
        ),
        PublishedClaim(
            "lowest", "Lowest pixel", "2.1", 0, Fact("lowest pixel"), "Pixels are divided by 255.", digits=0
        ),
        PublishedClaim(
            "highest", "Highest pixel", "2.1", 1, Fact("highest pixel"), "Pixels are divided by 255.", digits=0
        ),
        _count("conv1", "Parameters of convolution 1", "2.3", 320, "encoder Conv2d 1"),
        _count("conv2", "Parameters of convolution 2", "2.3", 18_496, "encoder Conv2d 2"),
        _count("conv3", "Parameters of convolution 3", "2.3", 73_856, "encoder Conv2d 3"),
        PublishedClaim(
            "dense",
            "Parameters of the dense layer",
            "2.3",
            401_472,
            Fact("encoder Linear 1"),
            "The figure means a map of 128 × 7 × 7, so two poolings, though the text describes three.",
            otherwise=_OTHER,
            digits=0,
        ),
        PublishedClaim(
            "decoder",
            "Parameters of the decoder, batch norms aside",
            "2.3",
            493_664,
            Fact("decoder without batch norms"),
            "A symmetric decoder has 6,561 more: the 6,272 biases of its dense layer and the 289 parameters of the "
            "output layer are what the report's sum leaves out.",
            otherwise=_OTHER,
            digits=0,
        ),
        PublishedClaim(
            "parameters",
            "Parameters in all, batch norms aside",
            "2.3",
            987_808,
            Fact("all without batch norms"),
            "The report's own five figures add up to 987,808; ours has the whole decoder. Scales and shifts of batch "
            "norms, {batch norms} in all, are trainable too.",
            otherwise=_OTHER,
            digits=0,
        ),
        PublishedClaim(
            "poolings",
            "Poolings of the encoder",
            "2.2",
            3,
            Fact("poolings"),
            _SAME,
            otherwise="Three would leave a map of 3 × 3; the parameters that the report prints ask for 7 × 7.",
            digits=0,
        ),
        _count("norms", "Convolutions of the encoder with batch norm", "2.5", 3, "normed convolutions"),
        *(
            _setting(*setting)
            for setting in (
                ("batch size", "Batch size", "2.1", 128, 0),
                ("learning rate", "Learning rate of Adam", "2.4", 0.001, 4),
                ("dropout", "Dropout after the dense layer of the encoder", "2.5", 0.3, 1),
                ("weight decay", "Weight decay of convolutions and dense layers", "2.5", 1e-4, 4),
                ("epochs of pretraining", "Epochs of pretraining", "2.6", 50, 0),
                ("epochs of clustering", "Epochs of clustering", "2.6", 30, 0),
                ("λ", "Loss weight λ", "2.4", 0.5, 1),
            )
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
        PublishedClaim(
            "kl",
            "KL(P‖Q) of DEC",
            "Table 1",
            0.1423,
            Score("dec", "kl_divergence"),
            "Per sample, over all images, once training is over: no dropout, and P from that very Q. The loss while "
            "training, with dropout, ends higher (figures/training.png). The report does not tell which it prints.",
            "own",
        ),
        PublishedClaim(
            "quantization",
            "Quantization error of the SOM",
            "Table 1",
            5.2572,
            Score("som", "quantization_error"),
            "Ours is of a 10 × 10 map on pixels; the report tells neither the size of its map nor its radius.",
            "input",
        ),
        *(
            PublishedClaim(
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
            PublishedClaim(
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
        PublishedClaim(
            "ari",
            "ARI of DEC",
            "3.2",
            0.85,
            Score("dec", "ari"),
            "Against the true labels, which no choice here has seen; accuracy after Hungarian matching is "
            "{dec/accuracy}, and K-Means on the same pretrained autoencoder has an ARI of {ae-kmeans/ari}.",
            digits=3,
        ),
        PublishedClaim("lr", "Best learning rate", "2.4", 0.001, Chosen("lr"), "{chosen/lr}", digits=4),
        PublishedClaim("batch", "Best batch size", "2.4", 128, Chosen("batch_size"), "{chosen/batch_size}", digits=0),
        PublishedClaim("lambda", "Best λ", "2.4", 0.5, Chosen("kl_weight"), "{chosen/kl_weight}", digits=1),
        PublishedClaim(
            "latent", "Best latent dimension", "2.4", 64, Chosen("latent_dim"), "{chosen/latent_dim}", digits=0
        ),
    ),
)  # fmt: skip

TANH128 = PublishedReport(
    title="Clustering with Neural Networks using Hugging Face Datasets",
    methods=("dec", "ae-kmeans", "kmeans"),
    preset="tanh128",
    params=("dec.tol=0", "dec.final_assignment=kmeans"),
    reconstructed="Widths (64/128/256), epochs (50 + 30) and λ (0.5) are this project's choice: the report does not "
    "tell them.",
    claims=(
        _count("train", "Training images", "2", 60_000, "train images"),
        _count("test", "Test images", "2", 10_000, "test images"),
        PublishedClaim(
            "parameters",
            "Parameters in all",
            "4",
            1_300_000,
            Fact("all"),
            "The report gives about 1.3 million and no widths; ours were chosen to come near that.",
            otherwise="The report gives about 1.3 million and no widths; ours come near that on images of 28 × 28.",
            digits=0,
        ),
        PublishedClaim(
            "silhouette-dec",
            "Silhouette of K-Means on latent codes, first line",
            "6",
            0.8520,
            Score("dec", "silhouette_own"),
            "The report prints two silhouettes of K-Means in latent space, not what differs between them. Our guess: "
            "the higher one is that of codes after its DEC module, its cure for a poor score. In pixels the same "
            "labels have {dec/silhouette_input}.",
            "own",
        ),
        PublishedClaim(
            "silhouette-ae-kmeans",
            "Silhouette of K-Means on latent codes, second line",
            "6",
            0.6270,
            Score("ae-kmeans", "silhouette_own"),
            "By the same guess that of codes before the DEC module; in pixels the same labels have "
            "{ae-kmeans/silhouette_input}.",
            "own",
        ),
        PublishedClaim(
            "calinski-harabasz",
            "Calinski–Harabasz of K-Means on latent codes",
            "6",
            181_744.91,
            Score("dec", "calinski_harabasz_own"),
            "Of codes after the DEC module, as the silhouette; before it they have "
            "{ae-kmeans/calinski_harabasz_own}; in pixels the same labels have {dec/calinski_harabasz_input}.",
            "own",
        ),
        PublishedClaim(
            "cure",
            "A DEC module cures a poor score: silhouette after it",
            "9",
            None,
            Score("dec", "silhouette_own"),
            "In words alone. In the space that it shapes, K-Means has {ae-kmeans/silhouette_own} before it and "
            "{dec/silhouette_own} after it; in pixels the same labels have {ae-kmeans/silhouette_input} and "
            "{dec/silhouette_input}, and their accuracy is {ae-kmeans/accuracy} and {dec/accuracy}.",
            "own",
            digits=3,
        ),
        PublishedClaim(
            "norms",
            "Batch norm after each convolution: so many in the encoder",
            "5",
            None,
            Fact("normed convolutions"),
            "In words alone; ours has one after each convolution of the encoder.",
            digits=0,
        ),
        _setting("lowest output", "Lowest value of images and output (Tanh)", "1.5", -1, 0),
        *(
            _setting(*setting)
            for setting in (
                ("batch size", "Batch size", "3", 64, 0),
                ("latent size", "Latent dimension", "3", 128, 0),
                ("learning rate", "Learning rate of Adam", "3", 0.001, 4),
                ("dropout", "Dropout", "5", 0.3, 1),
            )
        ),
    ),
)

REPORTS = {"sha12": SHA12, "tanh128": TANH128}
