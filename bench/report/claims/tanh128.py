"""The claims of the report "Clustering with Neural Networks using Hugging Face Datasets"."""

from bench.report.claims.published import Fact, PublishedClaim, PublishedReport, Score, count, setting

# Each claim below begins with its name, text, place, figure and source; its reason is on the next lines.
# fmt: off
_CLAIMS = (
    count("train", "Training images", "2", 60_000, "train images"),
    count("test", "Test images", "2", 10_000, "test images"),
    count(
        "parameters", "Parameters of the whole network", "4", 1_300_000, "all",
        "The report states about 1.3 million parameters and no widths. Our widths were chosen to come near that "
        "number.",
        "The report states about 1.3 million parameters and no widths. Our widths come near that number on images of "
        "28 × 28."),
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
        "{ae-kmeans/calinski_harabasz_own}. In pixels, the same labels have {dec/calinski_harabasz_input}.", "own"),
    PublishedClaim(
        "cure", "A DEC module improves a poor score: silhouette after it", "9", None, Score("dec", "silhouette_own"),
        "The report states this in words only. In latent space, the silhouette of K-Means is "
        "{ae-kmeans/silhouette_own} before the DEC module and {dec/silhouette_own} after it. In pixels, the same "
        "labels have {ae-kmeans/silhouette_input} and {dec/silhouette_input}. Their accuracy is {ae-kmeans/accuracy} "
        "and {dec/accuracy}.", "own", digits=3),
    PublishedClaim(
        "norms", "Batch norm after each convolution: number in the encoder", "5", None, Fact("normed convolutions"),
        "The report states this in words only. Our network has a batch norm after each convolution of the encoder.",
        digits=0),
    setting("lowest output", "Lowest value of images and output (Tanh)", "1.5", -1, 0),
    setting("batch size", "Batch size", "3", 64, 0),
    setting("latent size", "Latent dimension", "3", 128, 0),
    setting("learning rate", "Learning rate of Adam", "3", 0.001, 4),
    setting("dropout", "Dropout", "5", 0.3, 1),
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
