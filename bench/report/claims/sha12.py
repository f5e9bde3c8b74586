"""The claims of the report "Clustering with Neural Networks: SHA-12 Model on MNIST Dataset"."""

from collections.abc import Iterator

from bench.metrics.spaces import Space
from bench.report.claims.published import (
    INDICES,
    Arithmetic,
    Chosen,
    Fact,
    Improvement,
    PublishedClaim,
    PublishedReport,
    Score,
    count,
    setting,
)

DEC, SOM, K_MEANS = (0.7925, 0.3518, 152_847.9241), (0.4777, 0.7270, 7089.3218), (0.5123, 0.6894, 8214.5673)
"""Table 1 of the report: the three indices of each method."""
PERCENTAGES = (65.9, 51.6, 2055.6)
"""Table 1 of the report: improvement of DEC over the SOM in each index."""
_OWN = "Measured in DEC's own latent space{}. In pixels, the same labels have {{dec/{}_input}}."
_PIXELS = (
    "The report clusters flattened images and does not name the space of its indices. Our indices are measured in "
    "pixels. {{spaces/{}}}"
)
_ABOVE = "See the silhouette above."
_ARITHMETIC = "The arithmetic is correct, but the two figures are from different spaces."


def _indices(method: str, label: str, figures: tuple[float, ...], why: list[str], space: Space) -> list[PublishedClaim]:
    """The claims of the three indices of one method."""
    return [
        PublishedClaim(
            f"{index}-{method}", f"{name} of {label}", "Table 1", figure, Score(method, f"{index}_{space}"), text, space
        )
        for (index, name), figure, text in zip(INDICES.items(), figures, why, strict=True)
    ]


def _arithmetic(name: str, text: str, figure: float, source: Arithmetic, why: str = _ARITHMETIC) -> PublishedClaim:
    """The claim of a percentage, computed again from the report's own figures."""
    text = f"{text}, best improvement in % (vs. SOM), from the report's own figures"
    return PublishedClaim(f"improvement-{name}", text, "Table 1", figure, source, why, digits=1)


def _measured() -> Iterator[PublishedClaim]:
    """The claims of the percentages, computed from our own figures."""
    for (index, label), figure in zip(INDICES.items(), PERCENTAGES, strict=True):
        text = f"{label}, improvement in % (vs. SOM), from our figures, each method in its own space"
        why = (
            "DEC is measured in latent space and the SOM in pixels, so the percentage measures the change of space. "
            f"With both in pixels, DEC has {{dec/{index}_input}} and the SOM {{som/{index}_input}}."
        )
        source = Improvement(f"{index}_own", "dec", "som")
        yield PublishedClaim(f"measured-improvement-{index}", text, "Table 1", figure, source, why, "both", digits=1)


def _best(name: str, text: str, figure: float, axis: str, digits: int) -> PublishedClaim:
    """The claim of the best value of a parameter."""
    return PublishedClaim(name, text, "2.4", figure, Chosen(axis), f"{{chosen/{axis}}}", digits=digits)


# Each claim below begins with its name, text, place, figure and source; its reason is on the next lines.
# fmt: off
_CLAIMS = (
    count("train", "Training images", "2.1", 60_000, "train images"),
    count("test", "Test images", "2.1", 10_000, "test images"),
    count("side", "Height and width of an image, pixels", "2.1", 28, "height"),
    count("channels", "Channels of an image", "2.1", 1, "channels"),
    count("classes", "Classes", "2.1", 10, "classes"),
    PublishedClaim(
        "balance", "Nearly balanced classes: size of the smallest class over size of the largest, training images",
        "2.1", None, Fact("balance of train"),
        "The report states this in words only. The smallest class has {smallest class of train} training images, the "
        "largest {largest class of train}.", digits=3),
    PublishedClaim("lowest", "Lowest pixel", "2.1", 0, Fact("lowest pixel"), "Pixels are divided by 255.", digits=0),
    PublishedClaim("highest", "Highest pixel", "2.1", 1, Fact("highest pixel"), "Pixels are divided by 255.", digits=0),

    count("conv1", "Parameters of convolution 1", "2.3", 320, "encoder Conv2d 1"),
    count("conv2", "Parameters of convolution 2", "2.3", 18_496, "encoder Conv2d 2"),
    count("conv3", "Parameters of convolution 3", "2.3", 73_856, "encoder Conv2d 3"),
    count(
        "dense", "Parameters of the dense layer", "2.3", 401_472, "encoder Linear 1",
        "The figure follows from a feature map of 128 × 7 × 7, which two poolings give. The text describes three."),
    count(
        "decoder", "Parameters of the decoder, without batch norms", "2.3", 493_664, "decoder without batch norms",
        "A symmetric decoder has 6,561 more parameters. The report's sum leaves out the 6,272 biases of the dense "
        "layer and the 289 parameters of the output layer."),
    count(
        "parameters", "Parameters of the whole network, without batch norms", "2.3", 987_808, "all without batch norms",
        "The report's five figures add up to 987,808. Our network has the whole decoder. The scales and shifts of the "
        "batch norms, {batch norms} in total, are trained as well."),
    count(
        "poolings", "Poolings of the encoder", "2.2", 3, "poolings",
        why_not="Three poolings give a feature map of 3 × 3. The parameter counts of the report require 7 × 7."),
    count("norms", "Convolutions of the encoder with batch norm", "2.5", 3, "normed convolutions"),

    setting("batch size", "Batch size", "2.1", 128, 0),
    setting("learning rate", "Learning rate of Adam", "2.4", 0.001, 4),
    setting("dropout", "Dropout after the dense layer of the encoder", "2.5", 0.3, 1),
    setting("weight decay", "Weight decay of convolutions and dense layers", "2.5", 1e-4, 4),
    setting("epochs of pretraining", "Epochs of pretraining", "2.6", 50, 0),
    setting("epochs of clustering", "Epochs of clustering", "2.6", 30, 0),
    setting("λ", "Loss weight λ", "2.4", 0.5, 1),

    *_indices(
        "dec", "DEC", DEC, [_OWN.format(", where training pulls the codes towards the centres", "silhouette"),
                            _OWN.format("", "davies_bouldin"), _OWN.format("", "calinski_harabasz")], "own"),
    *_indices("som", "the SOM", SOM, [_PIXELS.format("som"), _ABOVE, _ABOVE], "input"),
    *_indices("kmeans", "K-Means", K_MEANS, [_PIXELS.format("kmeans"), _ABOVE, _ABOVE], "input"),
    PublishedClaim(
        "kl", "KL(P‖Q) of DEC", "Table 1", 0.1423, Score("dec", "kl_divergence"),
        "Per sample, over all images, after training, without dropout; P is computed from this Q. The training loss, "
        "with dropout, ends higher (figures/training.png). The report does not say which of the two it prints.", "own"),
    PublishedClaim(
        "quantization", "Quantization error of the SOM", "Table 1", 5.2572, Score("som", "quantization_error"),
        "Our map has 10 × 10 units and works on pixels. The report states neither the size nor the radius of its map.",
        "input"),

    _arithmetic("silhouette", "Silhouette", PERCENTAGES[0], Arithmetic(DEC[0], SOM[0], True)),
    _arithmetic("davies_bouldin", "Davies–Bouldin", PERCENTAGES[1], Arithmetic(DEC[1], SOM[1], False)),
    _arithmetic(
        "calinski_harabasz", "Calinski–Harabasz", PERCENTAGES[2], Arithmetic(DEC[2], SOM[2], True),
        "The report's figures give 2,056.0, not 2,055.6. They are from different spaces."),
    _arithmetic(
        "kl", "KL(P‖Q) against quantization error", 97.3, Arithmetic(0.1423, 5.2572, False),
        "The arithmetic is correct, but a divergence in nats and a distance in pixels are not comparable."),
    *_measured(),

    PublishedClaim(
        "ari", "ARI of DEC", "3.2", 0.85, Score("dec", "ari"),
        "Compared with the true labels, which no choice in this project uses. The accuracy after Hungarian matching is "
        "{dec/accuracy}. K-Means on the same pretrained autoencoder has an ARI of {ae-kmeans/ari}.", digits=3),
    _best("lr", "Best learning rate", 0.001, "lr", 4),
    _best("batch", "Best batch size", 128, "batch_size", 0),
    _best("lambda", "Best λ", 0.5, "kl_weight", 1),
    _best("latent", "Best latent dimension", 64, "latent_dim", 0),
)
# fmt: on

SHA12 = PublishedReport(
    title="Clustering with Neural Networks: SHA-12 Model on MNIST Dataset",
    methods=("dec", "ae-kmeans", "som", "kmeans"),
    preset="sha12",
    params=("dec.batch_size=128", "dec.tol=0", "dec.final_assignment=kmeans", "ae-kmeans.batch_size=128"),
    assumptions="The report does not state the following, so this project chose: two poolings, which the report's "
    "parameter counts require although its text has three; a sigmoid at the output; 20 restarts of K-Means for the "
    "first centres and 10 at the end; a map of 10 × 10 units, grouped by Ward's criterion; every index over all "
    "images; no held-out samples and therefore no early stopping, which the report mentions for its search of "
    "parameters.",
    claims=_CLAIMS,
)
