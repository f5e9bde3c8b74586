"""The claims of the report "Clustering with Neural Networks: SHA-12 Model on MNIST Dataset"."""

from bench.metrics.spaces import Space
from bench.report.claims.published import (
    INDICES,
    Chosen,
    Fact,
    PublishedClaim,
    PublishedReport,
    Score,
    Sum,
    count,
    setting,
)
from bench.report.claims.sha12_comparisons import (
    DEC,
    K_MEANS,
    KL,
    QUANTIZATION,
    SOM,
    arithmetic,
    measured,
    outperforms,
)

COUNTS = (320, 18_496, 73_856, 401_472, 493_664)
"""Section 2.3 of the report: parameters of the convolutions, of the dense layer and of the decoder."""
_OWN = "Measured in DEC's own latent space{}. In pixels, the same labels have {{dec/{}_input}}."
_PIXELS = (
    "The report clusters flattened images and does not name the space of its indices. Our indices are measured in "
    "pixels. {{spaces/{}}}"
)
_ABOVE = "See the silhouette above."


def _indices(method: str, label: str, figures: tuple[float, ...], why: list[str], space: Space) -> list[PublishedClaim]:
    """The claims of the three indices of one method."""
    return [
        PublishedClaim(
            f"{index}-{method}", f"{name} of {label}", "Table 1", figure, Score(method, f"{index}_{space}"), text, space
        )
        for (index, name), figure, text in zip(INDICES.items(), figures, why, strict=True)
    ]


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

    count("conv1", "Parameters of convolution 1", "2.3", COUNTS[0], "encoder Conv2d 1"),
    count("conv2", "Parameters of convolution 2", "2.3", COUNTS[1], "encoder Conv2d 2"),
    count("conv3", "Parameters of convolution 3", "2.3", COUNTS[2], "encoder Conv2d 3"),
    count(
        "dense", "Parameters of the dense layer", "2.3", COUNTS[3], "encoder Linear 1",
        "The figure follows from a feature map of 128 × 7 × 7, which two poolings give. The text describes three."),
    count(
        "decoder", "Parameters of the decoder, without batch norms", "2.3", COUNTS[4], "decoder without batch norms",
        why_not="A symmetric decoder has 6,561 more parameters. The report's sum leaves out the 6,272 biases of the "
        "dense layer and the 289 parameters of the output layer."),
    count(
        "parameters", "Parameters of the whole network, without batch norms", "2.3", 987_808, "all without batch norms",
        why_not="Our network has the whole decoder."),
    count(
        "trained", "Parameters of the whole network that are trained", "2.3", 987_808, "all",
        why_not="The report leaves out the batch norms, as not trained. Their means and variances are not trained, but "
        "their {batch norms} scales and shifts are."),
    PublishedClaim(
        "sum", "Parameters of the whole network, from the report's own figures", "2.3", 987_808, Sum(COUNTS),
        "The report's five figures have this sum.", digits=0),

    setting("lowest pixel", "Lowest pixel", "2.1", 0, 0),
    setting("highest pixel", "Highest pixel", "2.1", 1, 0),
    setting("convolutions", "Convolutions of the encoder", "2.2", 3, 0),
    setting("kernel side", "Height and width of a kernel", "2.2", 3, 0),
    *(setting(f"filters of convolution {place}", f"Filters of convolution {place}", "2.2", filters, 0)
      for place, filters in enumerate((32, 64, 128), start=1)),
    setting("normed convolutions", "Convolutions of the encoder with batch norm", "2.2, 2.5", 3, 0),
    setting(
        "poolings", "Poolings of the encoder", "2.2", 3, 0,
        why_not="Three poolings give a feature map of 3 × 3. The parameter counts of the report require 7 × 7."),
    setting("latent size", "Latent dimension", "Abstract, 2.2", 64, 0),
    setting("clusters", "Clusters", "2.6", 10, 0),
    setting("batch size", "Batch size", "2.1", 128, 0),
    setting("learning rate", "Learning rate of Adam", "2.4", 0.001, 3),
    setting("dropout", "Dropout after the dense layer of the encoder", "2.5", 0.3, 1),
    setting("weight decay", "Weight decay of convolutions and dense layers", "2.5", 1e-4, 4),
    setting("epochs of pretraining", "Epochs of pretraining", "2.4, 2.6", 50, 0),
    setting("epochs of clustering", "Epochs of clustering", "2.4, 2.6", 30, 0),
    setting("λ", "Loss weight λ", "2.4", 0.5, 1),

    *_indices(
        "dec", "DEC", DEC, [_OWN.format(", where training pulls the codes towards the centres", "silhouette"),
                            _OWN.format("", "davies_bouldin"), _OWN.format("", "calinski_harabasz")], "own"),
    *_indices("som", "the SOM", SOM, [_PIXELS.format("som"), _ABOVE, _ABOVE], "input"),
    *_indices("kmeans", "K-Means", K_MEANS, [_PIXELS.format("kmeans"), _ABOVE, _ABOVE], "input"),
    PublishedClaim(
        "kl", "KL(P‖Q) of DEC", "Table 1", KL, Score("dec", "kl_divergence"),
        "Per sample, over all images, after training, without dropout; P is computed from this Q. The training loss, "
        "with dropout, ends higher (figures/training.png). The report does not say which of the two it prints.", "own"),
    PublishedClaim(
        "quantization", "Quantization error of the SOM", "Table 1", QUANTIZATION, Score("som", "quantization_error"),
        "Our map has 10 × 10 units and works on pixels. The report states neither the size nor the radius of its map.",
        "input"),

    *arithmetic(),
    *measured(),
    *outperforms(),

    PublishedClaim(
        "ari", "ARI of DEC", "3.2", 0.85, Score("dec", "ari"),
        "Compared with the true labels, which no choice in this project uses. The accuracy after Hungarian matching is "
        "{dec/accuracy}. K-Means on the same pretrained autoencoder has an ARI of {ae-kmeans/ari}.", digits=2),
    _best("lr", "Best learning rate", 0.001, "lr", 3),
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
