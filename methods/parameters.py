"""The parameters of each method as data, so that a wrong value is refused before anything heavy is imported."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Literal

_MOST = 2.0**31
"""Whole numbers from here on are none to the libraries that count with them."""


@dataclass(frozen=True)
class Parameter:
    """One constructor argument: its type, default and valid values.

    `optional` allows None, whose meaning `help` tells. A test holds the defaults against the constructors.
    """

    name: str
    kind: Literal["int", "float", "choice", "bool"]
    default: Any
    help: str
    low: float = -math.inf
    high: float = math.inf
    low_included: bool = True
    high_included: bool = True
    choices: tuple[str, ...] = ()
    optional: bool = False

    @property
    def expected(self) -> str:
        """What a valid value is, in words.

        >>> Parameter("tol", "float", 1e-3, "", low=0, high=1).expected
        'a number, 0 ≤ tol ≤ 1'
        """
        if self.kind == "choice":
            text = "one of " + ", ".join(self.choices)
        elif self.kind == "bool":
            text = "true or false"
        else:
            below = f"{self.low:g} {'≤' if self.low_included else '<'} " if self.low > -math.inf else ""
            above = f" {'≤' if self.high_included else '<'} {self.high:g}" if self.high < math.inf else ""
            bounds = f", {below}{self.name}{above}" if below or above else ""
            text = ("an integer" if self.kind == "int" else "a number") + bounds
        return text + (", or none" if self.optional else "")

    def check(self, value: Any) -> None:
        """Raises ValueError if `value` is not what the parameter expects."""
        if not (value is None and self.optional) and not self._accepts(value):
            raise ValueError(f"{self.name}={value!r} is not valid; expected {self.expected}.")

    def _accepts(self, value: Any) -> bool:
        if self.kind == "choice":
            return value in self.choices
        if self.kind == "bool" or isinstance(value, bool):
            return self.kind == "bool" and isinstance(value, bool)
        if not isinstance(value, Integral if self.kind == "int" else Real):
            return False
        number = float(value)
        if self.kind == "int" and abs(number) >= _MOST:
            return False
        above = number >= self.low if self.low_included else number > self.low
        below = number <= self.high if self.high_included else number < self.high
        return math.isfinite(number) and above and below

    def parse(self, text: str) -> Any:
        """The value that a user means by `text`. Raises ValueError if it is not valid.

        >>> Parameter("epochs", "int", 30, "", low=0).parse("12")
        12
        >>> Parameter("epochs", "int", 30, "", low=0).parse("many")
        Traceback (most recent call last):
        ...
        ValueError: epochs='many' is not valid; expected an integer, 0 ≤ epochs.
        """
        value: Any = text
        if self.optional and text.lower() == "none":
            return None
        if self.kind == "bool":
            value = {"true": True, "false": False}.get(text.lower(), text)
        elif self.kind in ("int", "float"):
            try:
                value = int(text) if self.kind == "int" else float(text)
            except ValueError:
                value = text
        self.check(value)
        return value


def check_all(parameters: Iterable[Parameter], values: dict[str, Any]) -> None:
    """Check the value of each parameter that `values` has. Raises ValueError for the first that is not valid."""
    for parameter in parameters:
        if parameter.name in values:
            parameter.check(values[parameter.name])


N_CLUSTERS = Parameter("n_clusters", "int", 10, "number of clusters", low=1)

KMEANS = (
    Parameter("init", "choice", "k-means++", "how the first centres are chosen", choices=("k-means++", "random")),
    Parameter("n_init", "int", 10, "restarts, of which the one of lowest inertia is kept", low=1),
    Parameter("max_iter", "int", 300, "passes over the data, at most, of one restart", low=1),
    Parameter("tol", "float", 1e-4, "relative movement of the centres that counts as none", low=0),
    Parameter(
        "algorithm",
        "choice",
        "elkan",
        "how a pass is computed; the clusters are the same",
        choices=("lloyd", "elkan"),
    ),
)

SOM = (
    Parameter("rows", "int", 10, "units down the map", low=1),
    Parameter("columns", "int", 10, "units across the map", low=1),
    Parameter(
        "training",
        "choice",
        "online",
        "MiniSom's own loop, or Kohonen's batch rule as matrix products",
        choices=("online", "batch"),
    ),
    Parameter("sigma", "float", 2.0, "radius of the neighbourhood at the start, in units", low=0, low_included=False),
    Parameter(
        "learning_rate",
        "float",
        None,
        "learning rate at the start; none: 0.25 online, 1 in batch training, which is Kohonen's rule",
        low=0,
        high=1,
        low_included=False,
        optional=True,
    ),
    Parameter(
        "sigma_decay_function",
        "choice",
        "asymptotic_decay",
        "how the radius shrinks: asymptotic_decay ends at a third, the others at 1 unit",
        choices=("asymptotic_decay", "inverse_decay_to_one", "linear_decay_to_one"),
    ),
    Parameter(
        "decay_function",
        "choice",
        None,
        "how the learning rate shrinks; none: linear_decay_to_zero, or constant where a batch is all samples",
        choices=("constant", "asymptotic_decay", "inverse_decay_to_zero", "linear_decay_to_zero"),
        optional=True,
    ),
    Parameter(
        "n_steps",
        "int",
        None,
        "samples shown online; none: 500 a unit, or every sample once if that is more",
        low=1,
        optional=True,
    ),
    Parameter("epochs", "int", 20, "passes over the data in batch training", low=1),
    Parameter("batch_size", "int", None, "samples of a batch; none: all", low=1, optional=True),
    Parameter("grouping", "choice", "ward", "how units are grouped into clusters", choices=("ward", "kmeans")),
)


def _of_preset(
    name: str,
    kind: Literal["int", "float", "choice", "bool"],
    text: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    low_included: bool = True,
    high_included: bool = True,
    choices: tuple[str, ...] = (),
) -> Parameter:
    """A parameter whose default, None, is the preset's own value: a field of `methods.dec.presets.Training`."""
    help = f"{text}; none: the preset's own"
    return Parameter(name, kind, None, help, low, high, low_included, high_included, choices, optional=True)


PRETRAINING = (
    _of_preset("pretrain_epochs", "int", "epochs before there are clusters", low=0),
    _of_preset("lr", "float", "learning rate of Adam, in both phases", low=0, low_included=False),
    _of_preset(
        "lr_schedule",
        "choice",
        "how the learning rate runs through a phase; one-cycle: up to lr in its first three tenths, then down to zero",
        choices=("constant", "one-cycle"),
    ),
    _of_preset("batch_size", "int", "samples in a step", low=1),
    _of_preset("weight_decay", "float", "L2 penalty on the weights of convolutions and dense layers", low=0),
    _of_preset("dropout", "float", "share of the code that is dropped in training", low=0, high=1, high_included=False),
    _of_preset("augment_pretraining", "bool", "whether pretraining sees augmented images, as it does with a contrast"),
    _of_preset("shift", "float", "largest shift of augmented images, as a share of their sides", low=0, high=0.5),
    _of_preset("rotation", "float", "largest rotation of augmented images, in degrees", low=0, high=180),
    _of_preset(
        "zoom", "float", "largest change of size of augmented images, as a share", low=0, high=1, high_included=False
    ),
    _of_preset("shear", "float", "largest shear of augmented images, in degrees", low=0, high=45),
    _of_preset(
        "contrastive_weight",
        "float",
        "weight of the contrastive loss of two augmented views in pretraining; 0: one view, none",
        low=0,
    ),
    Parameter(
        "patience",
        "int",
        None,
        "stop pretraining after so many epochs without a lower loss on held-out samples; none: never",
        low=1,
        optional=True,
    ),
    Parameter(
        "validation_fraction",
        "float",
        0.1,
        "share of the samples that is held out where patience is given",
        low=0,
        high=1,
        low_included=False,
        high_included=False,
    ),
)
"""What determines a pretrained autoencoder beside data, preset, latent size, seed, device and precision."""

AE_KMEANS = (*PRETRAINING, Parameter("n_init", "int", 20, "restarts of K-Means on the codes", low=1))

AE_GMM = (*PRETRAINING, Parameter("n_init", "int", 5, "restarts of the mixture on the codes", low=1))

N2D = (
    *PRETRAINING,
    Parameter(
        "layer",
        "choice",
        "codes",
        "what the map is made of: the codes, as in the paper, or what the middle of the encoder makes",
        choices=("codes", "hidden"),
    ),
    Parameter("n_init", "int", 5, "restarts of the mixture on the map", low=1),
)

DEC = (
    *PRETRAINING,
    Parameter("n_init", "int", 20, "restarts of K-Means on the codes, with init=kmeans", low=1),
    _of_preset(
        "init",
        "choice",
        "where the first clusters come from: K-Means or a Gaussian mixture on the codes, a mixture on their UMAP, or "
        "one on the UMAP of what the middle of the encoder makes",
        choices=("kmeans", "gmm", "manifold", "hidden-manifold"),
    ),
    _of_preset("n_starts", "int", "first clusterings by a mixture; of 3 or more the most typical is taken", low=1),
    _of_preset(
        "rounds",
        "int",
        "how often first clusters are found; between two times the network learns the last ones for warmup_epochs",
        low=1,
    ),
    _of_preset("epochs", "int", "epochs of clustering, at most", low=0),
    _of_preset("warmup_epochs", "int", "first of the epochs, whose target are the first clusters", low=0),
    _of_preset(
        "code_scale",
        "float",
        "root mean squared distance of the codes from their mean when a round begins; 0: as they are",
        low=0,
    ),
    _of_preset("augment", "bool", "whether clustering sees augmented images; its targets come from clean ones"),
    _of_preset("kl_weight", "float", "λ, the weight of KL(P‖Q)", low=0),
    _of_preset(
        "reconstruction_weight", "float", "weight of the reconstruction while clustering; 0: the original DEC", low=0
    ),
    Parameter("update_interval", "int", None, "steps between updates of P; none: an epoch", low=1, optional=True),
    _of_preset(
        "tol",
        "float",
        "stop when a smaller share of the labels changed between updates, with a constant lr",
        low=0,
        high=1,
    ),
    _of_preset("target_power", "float", "power of q in P at the start of clustering; 2 is the paper's", low=1, high=10),
    _of_preset(
        "final_target_power",
        "float",
        "power of q in P in the last epoch, the first one's if none is told",
        low=1,
        high=10,
    ),
    _of_preset("balance", "bool", "whether P divides by the sizes of the clusters, as in the paper"),
    Parameter("final_assignment", "choice", "argmax", "where the labels come from", choices=("argmax", "kmeans")),
    Parameter("keep_labels", "bool", False, "keep the labels of each update, with the time, to look at afterwards"),
)

PCA_KMEANS = (
    Parameter("n_components", "int", 50, "principal components, at most", low=1),
    Parameter("n_init", "int", 10, "restarts of K-Means", low=1),
)

UMAP_GMM = (
    Parameter("n_pca", "int", 50, "principal components that the map is made of, at most", low=1),
    Parameter("n_components", "int", 10, "dimensions of the map", low=1),
    Parameter("n_neighbors", "int", 20, "neighbours of a sample in the graph", low=2),
    Parameter("min_dist", "float", 0.0, "least distance of points on the map", low=0, high=1),
    Parameter("n_init", "int", 5, "restarts of the mixture", low=1),
)
