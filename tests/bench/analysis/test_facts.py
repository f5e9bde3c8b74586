"""Facts of the data, the network and the training."""

from dataclasses import replace

import numpy as np

from bench.analysis.facts import facts
from bench.datasets.load import load


def test_facts_agree_with_the_real_network():
    numbers = facts(load("digits"), "sha12", {"batch_size": 128, "epochs": 6}, 12)
    assert numbers["encoder Conv2d 3"] == 73_856
    assert numbers["all"] == numbers["all without batch norms"] + numbers["batch norms"]
    assert (numbers["height"], numbers["classes"], numbers["batch size"], numbers["latent size"]) == (8, 10, 128, 64)
    assert (numbers["learning rate"], numbers["dropout"], numbers["λ"], numbers["poolings"]) == (0.001, 0.3, 0.5, 2)
    assert (numbers["epochs of pretraining"], numbers["epochs of clustering"]) == (50, 6)
    assert "train images" not in numbers
    assert (numbers["clusters"], numbers["convolutions"], numbers["kernel side"]) == (12, 3, 3)
    assert [numbers[f"filters of convolution {place}"] for place in (1, 2, 3)] == [32, 64, 128]


def test_a_network_without_convolutions_has_no_filters_and_no_kernel():
    numbers = facts(load("digits"), "mlp", {}, 10)
    assert numbers["convolutions"] == 0
    assert not {"kernel side", "filters of convolution 1"} & set(numbers)


def test_each_part_has_its_size_and_its_balance():
    digits = load("digits")
    assert digits.labels is not None
    numbers = facts(replace(digits, split="train+test", parts={"train": 1000, "test": 797}), "sha12", {}, None)
    counts = np.bincount(digits.labels[:1000])
    assert (numbers["train images"], numbers["test images"]) == (1000, 797)
    assert (numbers["smallest class of train"], numbers["largest class of train"]) == (counts.min(), counts.max())
    assert numbers["balance of train"] == counts.min() / counts.max()
    assert "clusters" not in numbers
