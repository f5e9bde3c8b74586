"""Architectures and training options by name: presets of the reports and papers, and of this project."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from methods.dec.options import AMOUNTS, N2D_PRESET, DECOptions, PretrainingOptions
from methods.options import parameters_of

MIN_SIDE = 8
"""Smallest height and width, in pixels, of images for convolutional presets."""


def check_image_shape(image_shape: tuple[int, int, int]) -> None:
    """Raise ValueError if convolutional presets cannot take images of that height, width and number of channels.

    Any number of channels is possible: the first convolution sums over them.
    """
    height, width, channels = image_shape
    if min(height, width) < MIN_SIDE:
        raise ValueError(
            f"image_shape={height}×{width}×{channels} is not valid; expected at least {MIN_SIDE}×{MIN_SIDE} pixels; "
            "preset mlp takes any shape."
        )


@dataclass(frozen=True)
class Block:
    """A 3 × 3 convolution with batch norm and ReLU; a 2 × 2 max-pooling or the stride halves the feature map."""

    channels: int
    pool: bool = False
    stride: int = 1


@dataclass(frozen=True)
class SearchGrid:
    """A grid of parameters over one method, for `search`."""

    method: str
    params: tuple[str, ...]
    """As `--param` takes them."""
    latent_dims: str | None = None
    """As `--latent-dims` takes them; None: the preset's own."""


@dataclass(frozen=True)
class Preset:
    """An autoencoder and the options of its training.

    Either `blocks` (convolutional) or `hidden` (widths of dense layers) is given; the decoder mirrors the encoder.
    """

    description: str
    latent_dim: int
    blocks: tuple[Block, ...] = ()
    hidden: tuple[int, ...] = ()
    output: Literal["sigmoid", "tanh", "linear"] = "sigmoid"
    """Last activation; with tanh, pixels are scaled to [−1, 1]."""
    training: DECOptions = field(default_factory=DECOptions)
    """The options of a fit with this preset. An option that is not given has the value that it is declared with."""
    grids: Mapping[str, SearchGrid] = field(default_factory=dict)
    """Search grids of the preset's report, in order, by stage; empty without a report."""
    developed_on: str = ""
    """Data whose true labels were seen when the preset was put together; empty if none were. Every table names them."""

    def __post_init__(self) -> None:
        declared = {option.name: option.preset_default for option in parameters_of(DECOptions) if option.of_preset}
        given = {name: value for name in declared if (value := getattr(self.training, name)) is not None}
        object.__setattr__(self, "training", replace(self.training, **(declared | given)))


def training_of(preset: Preset, params: Mapping[str, Any]) -> DECOptions:
    """The options of a fit: the values of the preset, replaced by the `params` that are not None."""
    names = {option.name for option in fields(DECOptions)}
    return replace(preset.training, **{n: value for n, value in params.items() if n in names and value is not None})


def pretraining_settings(preset: Preset, params: Mapping[str, Any]) -> dict[str, Any]:
    """The values that determine an autoencoder's pretrained weights, for a preset and `params`, as in `training_of`.

    The network is part of them, and the name of the preset is not: presets that pretrain alike share the weights. A
    value without effect is None: shift, rotation, zoom and shear without augmentation, the share of held-out samples
    without early stopping, the momentum of another optimizer, and the steps of another schedule.
    """
    training = training_of(preset, params)
    options = parameters_of(PretrainingOptions)
    used = {option.name: getattr(training, option.name) for option in options if not option.provided}
    used["augment_pretraining"] = training.augment_pretraining or training.contrastive_weight > 0
    if not used["augment_pretraining"]:
        used |= dict.fromkeys(AMOUNTS)
    if training.patience is None:
        used["validation_fraction"] = None
    if training.optimizer != "sgd":
        used["momentum"] = None
    if training.lr_schedule != "step":
        used["lr_step"] = None
    blocks = [[block.channels, block.pool, block.stride] for block in preset.blocks]
    return {"blocks": blocks, "hidden": list(preset.hidden), "output": preset.output, **used}


_STRIDED = (Block(32, stride=2), Block(64, stride=2), Block(128, stride=2))
_DOUBLED = (Block(32, stride=2), Block(32), Block(64, stride=2), Block(64), Block(128, stride=2))
_FLAGSHIP = DECOptions(
    pretrain_epochs=10,
    lr=3e-3,
    lr_schedule="one-cycle",
    dropout=0.0,
    zoom=0.1,
    shear=10.0,
    contrastive_weight=0.1,
    init="hidden-manifold",
    rounds=3,
    warmup_epochs=12,
    epochs=16,
    code_scale=0.3,
    augment=True,
    kl_weight=1.0,
    reconstruction_weight=0.0,
    tol=0.0,
)
_CONSENSUS = replace(
    _FLAGSHIP,
    pretrain_epochs=3,
    pretrain_steps=800,
    rotation=15.0,
    zoom=0.15,
    shear=15.0,
    padding="auto",
    check_augmentation=True,
    hidden_resolution=8,
    umap_samples=20_000,
    n_networks=3,
    input_starts=1,
    rounds=2,
    warmup_epochs=12,
    epochs=12,
    vote_epochs=6,
    cluster_steps=200,
)
"""Chosen with the labels of the first 20,000 images of MNIST and of 20,000 images of Fashion-MNIST in sight, some of
them in other sizes. Earlier forms were tried on all of MNIST and on 300 digits, and nothing was changed by it. One was
tried on all 1,797 digits: its losses showed that small data had too few steps, so the phases were changed. The true
labels of these digits were in sight then."""
_CONTROL = DECOptions(
    pretrain_epochs=300,
    optimizer="sgd",
    momentum=0.9,
    lr=0.1,
    batch_size=256,
    input_scale="unit",
    dropout=0.0,
    weight_decay=0.0,
    epochs=72,  # at most 20,000 steps of 256 on all of MNIST
    update_interval=140,
    tol=1e-3,
)
"""What the positive controls `xie2016` and `idec2017` share. Sources:

Xie et al. 2016, section 4, and their code, github.com/piiswrong/dec: the network, the scale of the data, batches of
256, SGD with momentum 0.9 and rate 0.1, no dropout and no decay in the end-to-end phase, tol. Their code has the factor
0.02 for pixels 0 … 255, which gives MNIST the mean square 2.9; the text of the paper has 1, and so has `input_scale`.
The paper trains each layer alone first, 50,000 steps with dropout 0.2, and then all layers for 100,000 steps; the rate
is divided by 10 after every 20,000 steps.

Guo et al. 2017, github.com/XifengGuo/DEC-keras, `DEC.py` and `results/exp1`: 300 epochs of all layers from the start at
a constant rate, an update of P every 140 steps, at most 20,000 steps. Its rate is 1 on pixels in [0, 1]: on features
that are larger by s, a network with ReLU has s² times the gradient, so 1 is there what 0.11 is here on MNIST.

IDEC: Guo et al. 2017, section 4, and github.com/XifengGuo/IDEC: Adam at 1e-3, γ = 0.1, MSE per pixel. There the
pretrained weights are those of Xie et al., so the pretraining here is another one.
"""

PRESETS = {
    "sha12": Preset(
        description="report 'SHA-12': 32/64/128 convolutions, two poolings, latent 64, output in [0, 1]",
        latent_dim=64,
        blocks=(Block(32, pool=True), Block(64, pool=True), Block(128)),
        grids={  # section 2.4 of the report
            "autoencoder": SearchGrid(
                "ae-kmeans", ("ae-kmeans.lr=0.1,0.01,0.001,0.0001", "ae-kmeans.batch_size=32,64,128,256")
            ),
            "clustering": SearchGrid(
                "dec",
                ("dec.kl_weight=0.1,0.5,1.0", "dec.batch_size=128", "dec.tol=0", "dec.final_assignment=kmeans"),
                "32,64,128",
            ),
        },
    ),
    "tanh128": Preset(
        description="report with latent 128 and Tanh on [−1, 1]: 64/128/256 convolutions, three poolings, batch 64",
        latent_dim=128,
        blocks=(Block(64, pool=True), Block(128, pool=True), Block(256, pool=True)),
        output="tanh",
        training=DECOptions(batch_size=64),
    ),
    "mlp": Preset(
        description="dense 500-500-2000-10, the network of the original DEC (Xie et al. 2016): for any data",
        latent_dim=10,
        hidden=(500, 500, 2000),
        output="linear",
        # no decay, as in the paper; Adam lets 1e-4 outweigh a mean squared error per pixel without batch norm
        training=DECOptions(dropout=0.0, weight_decay=0.0),
    ),
    "xie2016": Preset(
        description="original DEC, a positive control: network, scale, SGD and loss of Xie et al. 2016; 300 epochs "
        "without layer-wise pretraining and an update every 140 steps as in DEC-keras",
        latent_dim=10,
        hidden=(500, 500, 2000),
        output="linear",
        training=replace(_CONTROL, cluster_lr=0.01, kl_weight=1.0, reconstruction_weight=0.0),
    ),
    "idec2017": Preset(
        description="IDEC, a positive control: pretraining of xie2016, then Adam at 1e-3 on MSE per pixel + 0.1 · KL "
        "as in the code of Guo et al. 2017",
        latent_dim=10,
        hidden=(500, 500, 2000),
        output="linear",
        training=replace(_CONTROL, cluster_optimizer="adam", cluster_lr=1e-3, kl_weight=0.1, reconstruction_weight=1.0),
    ),
    N2D_PRESET: Preset(
        description="the autoencoder of n2d, whose code has one number for each cluster: dense 500-500-2000-k, 1,000 "
        "epochs of Adam (McConville et al. 2021)",
        latent_dim=10,
        hidden=(500, 500, 2000),
        output="linear",
        training=DECOptions(pretrain_epochs=1000, dropout=0.0, weight_decay=0.0),
    ),
    "small": Preset(
        description="light strided convolutions 16/32, latent 10: for the bundled data sets and quick tests",
        latent_dim=10,
        blocks=(Block(16, stride=2), Block(32, stride=2)),
        # The schedule of the report (1e-3, 50 + 30 epochs) takes 2.5 times as long. Over ten seeds of MNIST-5k, it has
        # the accuracy 0.699 ± 0.037, and this one 0.696 ± 0.064.
        training=DECOptions(batch_size=128, dropout=0.0, lr=3e-3, pretrain_epochs=25, epochs=10),
        developed_on="MNIST-5k",
    ),
    "convdec": Preset(
        description="strided 3 × 3 convolutions 32/64/128 with batch norm, latent 10, after ConvDEC (Guo et al. 2018)",
        latent_dim=10,
        blocks=_STRIDED,
        training=DECOptions(dropout=0.0),
    ),
    "doubled": Preset(
        description="convdec with a second convolution in its first two stages; plain training",
        latent_dim=10,
        blocks=_DOUBLED,
        training=DECOptions(dropout=0.0),
    ),
    "flagship": Preset(
        description="doubled, trained with all additions of this project: all of MNIST in 20 minutes on two cores",
        latent_dim=10,
        blocks=_DOUBLED,
        training=_FLAGSHIP,
        developed_on="a part of MNIST",
    ),
    "quick": Preset(
        description="flagship with shorter phases and two rounds: less than half the time",
        latent_dim=10,
        blocks=_DOUBLED,
        training=replace(_FLAGSHIP, pretrain_epochs=3, rounds=2, warmup_epochs=4, epochs=6),
        developed_on="a part of MNIST",
    ),
    "consensus": Preset(
        description="three networks of flagship, larger changes of the images, no epochs with P; one learns the vote",
        latent_dim=10,
        blocks=_DOUBLED,
        training=_CONSENSUS,
        developed_on="parts of MNIST and Fashion-MNIST, and of digits",
    ),
}
