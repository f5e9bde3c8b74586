"""Self-organizing maps beside MiniSom."""

import pytest
from contenders import maps
from contest import Scale, contest


def test_one_epoch_of_the_batch_rule(benchmark, scale: Scale):
    ours, theirs = contest(
        benchmark,
        scale,
        what="SOM, one epoch of the batch rule, 70,000 × 784, 10 × 10",
        peer="MiniSom 2.3.6 train_batch_offline",
        target=100,
        ours=maps.our_epoch,
        theirs=maps.minisoms_epoch,
    )
    assert ours == pytest.approx(theirs, abs=1e-5)


def test_time_to_a_quantization_error(benchmark, scale: Scale):
    ours, theirs = contest(
        benchmark,
        scale,
        what="SOM to equal or lower mean quantization error of three seeds (batches of 512, 4 epochs)",
        peer="MiniSom online, 70,000 steps",
        target=10,
        ours=maps.our_map,
        theirs=maps.minisoms_map,
    )
    if scale.full:
        assert ours["quantization error"] <= theirs["quantization error"]
