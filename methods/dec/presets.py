"""Architectures and hyper-parameters by name: those of the reports and papers, and our own."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

MIN_SIDE = 8
"""Least height and width, in pixels, of images that convolutional presets take."""


def check_image_shape(image_shape: tuple[int, int, int]) -> None:
    """Raise ValueError if images of that height, width and number of channels are none for convolutional presets."""
    height, width, channels = image_shape
    if min(height, width) < MIN_SIDE or channels not in (1, 3):
        raise ValueError(
            f"image_shape={height}×{width}×{channels} is not valid; expected at least {MIN_SIDE}×{MIN_SIDE} pixels "
            "and 1 or 3 channels; preset mlp takes any."
        )


@dataclass(frozen=True)
class Block:
    """A 3 × 3 convolution with batch norm and ReLU; the map is halved by a 2 × 2 max-pooling or by the stride."""

    channels: int
    pool: bool = False
    stride: int = 1


MANIFOLD_INITS = ("manifold", "hidden-manifold")
"""First clusters that are found on a UMAP."""


@dataclass(frozen=True)
class Training:
    """What a preset is trained with unless a parameter of the same name says otherwise.

    `methods.parameters` tells what each means. The defaults are those of the report "SHA-12", but for
    `batch_size` and `tol`, which its reproduction sets.
    """

    pretrain_epochs: int = 50
    lr: float = 1e-3
    lr_schedule: Literal["constant", "one-cycle"] = "constant"
    batch_size: int = 256
    weight_decay: float = 1e-4
    dropout: float = 0.3
    augment_pretraining: bool = False
    shift: float = 0.1
    rotation: float = 10.0
    zoom: float = 0.0
    shear: float = 0.0
    contrastive_weight: float = 0.0
    init: Literal["kmeans", "gmm", "manifold", "hidden-manifold"] = "kmeans"
    n_starts: int = 1
    rounds: int = 1
    epochs: int = 30
    warmup_epochs: int = 0
    code_scale: float = 0.0
    augment: bool = False
    kl_weight: float = 0.5
    reconstruction_weight: float = 1.0
    tol: float = 1e-3
    target_power: float = 2.0
    final_target_power: float | None = None
    """None: that of the start."""
    balance: bool = True


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
    """An autoencoder and how it is trained.

    Either `blocks` (convolutional) or `hidden` (widths of dense layers) is given; the decoder mirrors the encoder.
    """

    description: str
    latent_dim: int
    blocks: tuple[Block, ...] = ()
    hidden: tuple[int, ...] = ()
    output: Literal["sigmoid", "tanh", "linear"] = "sigmoid"
    """Last activation; tanh also means that pixels are scaled to [−1, 1]."""
    training: Training = Training()
    grids: Mapping[str, SearchGrid] = field(default_factory=dict)
    """Grids that the report of this preset names, by stage of its search, in order; empty for none."""


def training_of(preset: Preset, given: Mapping[str, Any]) -> Training:
    """How it is trained, `given` parameters before the preset's own; None is none."""
    names = {field.name for field in fields(Training)}
    return replace(preset.training, **{n: value for n, value in given.items() if n in names and value is not None})


def pretraining_settings(preset: Preset, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values that determine an autoencoder's pretrained weights, `given` parameters before the preset's own.

    None stands for what plays no part: the amounts of an augmentation that is off, the share of samples held out where
    nothing stops early.
    """
    used = asdict(preset.training) | {name: value for name, value in given.items() if value is not None}
    augmented = used["augment_pretraining"] or used["contrastive_weight"] > 0
    always = ("pretrain_epochs", "lr", "lr_schedule", "batch_size", "weight_decay", "dropout", "contrastive_weight")
    amounts = ("shift", "rotation", "zoom", "shear")
    patience = used.get("patience")
    return {
        **{name: used[name] for name in always},
        **{name: used[name] if augmented else None for name in amounts},
        "augment_pretraining": augmented,
        "patience": patience,
        "validation_fraction": None if patience is None else used.get("validation_fraction"),
    }


_STRIDED = (Block(32, stride=2), Block(64, stride=2), Block(128, stride=2))
_DOUBLED = (Block(32, stride=2), Block(32), Block(64, stride=2), Block(64), Block(128, stride=2))
_FLAGSHIP = Training(
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
        training=Training(batch_size=64),
    ),
    "mlp": Preset(
        description="dense 500-500-2000-10, the network of the original DEC (Xie et al. 2016): for any data",
        latent_dim=10,
        hidden=(500, 500, 2000),
        output="linear",
        # no decay, as in the paper; Adam lets 1e-4 outweigh a mean squared error per pixel without batch norm
        training=Training(dropout=0.0, weight_decay=0.0),
    ),
    "small": Preset(
        description="light strided convolutions 16/32, latent 10: for the bundled data sets and quick looks",
        latent_dim=10,
        blocks=(Block(16, stride=2), Block(32, stride=2)),
        training=Training(batch_size=128, dropout=0.0),
    ),
    "convdec": Preset(
        description="strided 3 × 3 convolutions 32/64/128 with batch norm, latent 10, after ConvDEC (Guo et al. 2018)",
        latent_dim=10,
        blocks=_STRIDED,
        training=Training(dropout=0.0),
    ),
    "doubled": Preset(
        description="convdec with a second convolution in its first two stages; plain training",
        latent_dim=10,
        blocks=_DOUBLED,
        training=Training(dropout=0.0),
    ),
    "flagship": Preset(
        description="doubled, with all that this suite adds: all of MNIST in 20 minutes on two cores",
        latent_dim=10,
        blocks=_DOUBLED,
        training=_FLAGSHIP,
    ),
    "quick": Preset(
        description="flagship with shorter phases and two rounds: less than half the time",
        latent_dim=10,
        blocks=_DOUBLED,
        training=replace(_FLAGSHIP, pretrain_epochs=3, rounds=2, warmup_epochs=4, epochs=6),
    ),
}
