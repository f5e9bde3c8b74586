"""Training: the autoencoder of the report SHA-12, and DEC with the MLP of the paper."""

import pytest
from contenders import training
from contest import Scale, contest

pytestmark = pytest.mark.slow


def test_sha12_autoencoder(benchmark, scale: Scale):
    ours, theirs = contest(
        benchmark,
        scale,
        what="SHA-12 autoencoder, 10,240 images, 5 epochs",
        peer="plain PyTorch loop: DataLoader, float32, NCHW, batch 256",
        target=3,
        ours=training.our_autoencoder,
        theirs=training.plain_autoencoder,
        rounds=5,
    )
    assert ours["loss"] == pytest.approx(theirs["loss"], rel=0.02 if scale.full else 0.2)


def test_mlp_pretraining_and_clustering(benchmark, scale: Scale):
    pytest.importorskip("clustpy", reason="ClustPy is not installed: `make benchmark` installs it")
    ours, theirs = contest(
        benchmark,
        scale,
        what="MLP 500-500-2000-10, pretraining and clustering, 20,000 images, 5 + 5 epochs",
        peer="ClustPy 0.0.3, IDEC",
        target=3,
        ours=training.our_idec,
        theirs=training.clustpys_idec,
        rounds=3,
    )
    assert ours["epochs"] == theirs["epochs"]
