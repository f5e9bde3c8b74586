"""Pruning of weights and of channels: the share is exact, and what is left computes the same function."""

import pytest
import torch
from torch import nn

from methods.dec.autoencoder import Autoencoder
from methods.dec.presets import PRESETS
from methods.dec.pruning import check_channels, check_weights, smallest_weights_zero, weighted, without_channels


def encoder_of(preset: str) -> nn.Sequential:
    """An encoder for images of 12 × 12 pixels whose batch norms are not the identity."""
    declared = PRESETS[preset]
    random = torch.Generator().manual_seed(0)
    network = Autoencoder(declared, declared.latent_dim, 144 if declared.hidden else (12, 12, 1), 0.0)
    network.initialise(random)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for values in (module.weight, module.running_var):
                values.data.uniform_(0.5, 2, generator=random)
            for values in (module.bias, module.running_mean):
                values.data.normal_(generator=random)
    return network.eval().encoder


def samples(preset: str) -> torch.Tensor:
    x = torch.rand(5, 144, generator=torch.Generator().manual_seed(1))
    return x if PRESETS[preset].hidden else x.reshape(5, 1, 12, 12)


@pytest.mark.parametrize("preset", ["small", "sha12", "mlp"])
def test_the_share_is_exact_over_all_layers_and_the_smallest_weights_are_zero(preset: str):
    encoder = encoder_of(preset)
    before = torch.cat([layer.weight.detach().abs().flatten() for layer in weighted(encoder)])
    with smallest_weights_zero(encoder, 0.9):
        pass
    after = torch.cat([layer.weight.detach().abs().flatten() for layer in weighted(encoder)])
    n_zero = round(0.9 * len(before))
    assert int((after == 0).sum()) == n_zero
    assert before[after == 0].max() <= after[after > 0].min()
    assert torch.equal(after[after > 0], before[after > 0])
    assert not any("mask" in name or "orig" in name for name in encoder.state_dict())


def test_training_moves_the_other_weights_only():
    encoder = encoder_of("small")
    with smallest_weights_zero(encoder, 0.5):
        masks = [layer.weight == 0 for layer in weighted(encoder)]
        before = [layer.weight.detach().clone() for layer in weighted(encoder)]
        optimizer = torch.optim.Adam(encoder.parameters(), lr=0.1, weight_decay=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            encoder(samples("small")).square().sum().backward()
            optimizer.step()
    for layer, mask, old in zip(weighted(encoder), masks, before, strict=True):
        assert (layer.weight[mask] == 0).all()
        assert (layer.weight[~mask] != old[~mask]).any()


@pytest.mark.parametrize("preset", ["small", "sha12", "doubled", "mlp"])
def test_channels_without_weights_can_be_removed_and_nothing_changes(preset: str):
    encoder, x = encoder_of(preset), samples(preset)
    for layer in weighted(encoder)[:-1]:
        layer.weight.data[1::2] = 0  # these outputs are constant
        layer.bias.data[1::2] = 0
    for module in encoder:
        if isinstance(module, nn.BatchNorm2d):  # and they are 0 after batch norm
            module.bias.data[1::2] = 0
            module.running_mean.data[1::2] = 0
    smaller = without_channels(encoder, 0.5)
    torch.testing.assert_close(smaller(x), encoder(x))
    for old, new in zip(weighted(encoder)[:-1], weighted(smaller)[:-1], strict=True):
        assert len(new.weight) == len(old.weight) // 2
    assert len(weighted(smaller)[-1].weight) == len(weighted(encoder)[-1].weight), "codes keep their size"


def test_one_channel_stays_and_the_strength_counts_the_batch_norm():
    encoder = encoder_of("small")
    first = weighted(encoder)[0]
    first.weight.data[:] = 1
    encoder[1].weight.data[:] = 1
    encoder[1].running_var.data[:] = 1
    encoder[1].weight.data[5] = 2
    smaller = without_channels(encoder, 0.999)
    assert [len(layer.weight) for layer in weighted(smaller)] == [1, 1, PRESETS["small"].latent_dim]
    assert smaller[1].weight.tolist() == [2]


@pytest.mark.parametrize("preset", ["small", "sha12", "mlp"])
def test_a_share_that_prunes_nothing_is_refused_with_the_least_one(preset: str):
    encoder = encoder_of(preset)
    n_weights = sum(layer.weight.numel() for layer in weighted(encoder))
    least = []
    with pytest.raises(ValueError, match=f"^not one of its {n_weights:,} weights would become zero; expected at ") as e:
        check_weights(encoder, 0.4 / n_weights)
    least.append((check_weights, str(e.value)))
    with pytest.raises(ValueError, match=r"^no layer would lose a channel, the widest has") as e:
        check_channels(encoder, 0.0001)
    least.append((check_channels, str(e.value)))
    for check, message in least:
        check(encoder, float(message.rsplit(" ", 1)[1]))


def test_an_encoder_with_an_empty_layer_gives_all_samples_the_same_codes():
    """So all samples get one label, which the table of `compress` names."""
    encoder = encoder_of("small")
    n_weights = sum(layer.weight.numel() for layer in weighted(encoder))
    with smallest_weights_zero(encoder, 1 - 2 / n_weights):
        codes = encoder(samples("small"))
    assert torch.allclose(codes, codes[:1].expand_as(codes))
