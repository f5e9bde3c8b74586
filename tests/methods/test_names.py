"""Typing errors that are near to a valid name, and names that are not."""

import pytest

from methods.names import nearest, unknown_name

METHODS = ("dec", "ae-kmeans", "ae-gmm", "n2d", "umap-gmm", "umap-gmm-hidden", "pca-kmeans", "som", "kmeans")
DATASETS = ("mnist-5k", "digits", "mnist", "fashion-mnist", "usps")
PRESETS = (
    "convdec",
    "doubled",
    "flagship",
    "idec2017",
    "mcconville2021",
    "mlp",
    "quick",
    "sha12",
    "small",
    "tanh128",
    "xie2016",
)
OPTIONS = ("epochs", "final_target_power", "lr", "lr_schedule", "target_power")
CLASSES = ("DBSCAN", "HDBSCAN", "KMeans", "MiniBatchKMeans", "SpectralClustering")


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("DEC", METHODS, ["dec"]),
        ("decc", METHODS, ["dec"]),
        ("dce", METHODS, ["dec"]),
        ("idec", METHODS, ["dec"]),
        ("k-means", METHODS, ["kmeans"]),
        ("KMeans", METHODS, ["kmeans"]),
        ("kmeens", METHODS, ["kmeans"]),
        ("kmeans++", METHODS, ["kmeans"]),
        ("som2", METHODS, ["som"]),
        ("ae_kmeans", METHODS, ["ae-kmeans"]),
        ("gmm", METHODS, ["ae-gmm", "umap-gmm", "umap-gmm-hidden"]),
        ("pca", METHODS, ["pca-kmeans"]),
        ("mnst", DATASETS, ["mnist"]),
        ("minst", DATASETS, ["mnist"]),
        ("MNIST", DATASETS, ["mnist"]),
        ("mnist5k", DATASETS, ["mnist-5k"]),
        ("mnist_5000", DATASETS, ["mnist"]),
        ("fashon_mnist", DATASETS, ["fashion-mnist"]),
        ("fashion", DATASETS, ["fashion-mnist"]),
        ("digits.csv", DATASETS, ["digits"]),
        ("sha-12", PRESETS, ["sha12"]),
        ("sha21", PRESETS, ["sha12"]),
        ("sha", PRESETS, ["sha12"]),
        ("flagshp", PRESETS, ["flagship"]),
        ("power", OPTIONS, ["final_target_power", "target_power"]),
        ("epoch", OPTIONS, ["epochs"]),
        ("DBSKAN", CLASSES, ["DBSCAN"]),
        ("dbscan", CLASSES, ["DBSCAN"]),
        ("mini-batch-kmeans", CLASSES, ["MiniBatchKMeans"]),
        ("Spectral", CLASSES, ["SpectralClustering"]),
    ],
)
def test_a_typing_error_is_near(typed: str, known: tuple[str, ...], meant: list[str]):
    assert list(nearest(typed, known)) == meant


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("iris", DATASETS),
        ("wine", DATASETS),
        ("cifar10", DATASETS),
        ("titanic", DATASETS),
        ("svhn", DATASETS),
        ("DBSKAN", METHODS),
        ("birch", METHODS),
        ("deep", METHODS),
        ("fast", PRESETS),
        ("large", PRESETS),
        ("dec", PRESETS),
        ("seeds", ("datasets", "methods", "metrics", "presets")),
        ("gpu", ("auto", "cpu", "cuda", "mps")),
        ("learning_rate", OPTIONS),
        ("k", ("dask", "n-clusters")),
        ("", METHODS),
        ("-_ ", METHODS),
    ],
)
def test_another_name_is_not_near(typed: str, known: tuple[str, ...]):
    assert nearest(typed, known) == ()


def test_the_names_of_an_error_are_sorted_and_the_nearest_is_proposed():
    assert unknown_name("method", "sm", ["som", "dec"]) == "unknown method 'sm'; did you mean 'som'? known: dec, som"
