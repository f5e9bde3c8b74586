"""Name → class and its defaults; a name `package.module:Class` is a scikit-learn clusterer from elsewhere.

Importing this module loads neither torch nor scikit-learn: names, presets and parameters are data.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from methods import parameters
from methods.dec import consistency, presets
from methods.dec.presets import PRESETS as PRESETS
from methods.dec.presets import Preset
from methods.dec.presets import SearchGrid as SearchGrid
from methods.names import unknown_name as unknown_name
from methods.parameters import Parameter
from methods.progress import Progress as Progress
from methods.progress import ProgressCallback as ProgressCallback

if TYPE_CHECKING:
    from methods.base import Clusterer as Clusterer
    from methods.dec.layers import Layer as Layer


class MethodError(ValueError):
    """A method, preset or parameter that does not exist or cannot be had here."""


@dataclass(frozen=True)
class Extra:
    """A library that an optional dependency of this project brings."""

    name: str
    """As `pip install 'dec-bench[NAME]'` has it."""
    module: str

    def check(self, who: str) -> None:
        """Raise MethodError if it is not installed; nothing is imported."""
        found = find_spec(self.module)
        if found is None or found.origin is None:  # a folder that an uninstaller left behind is a module of no file
            raise MethodError(f"{who} needs {self.module}, which is not here: pip install 'dec-bench[{self.name}]'")


MANIFOLD = Extra("manifold", "umap")


@dataclass(frozen=True)
class Method:
    """What is known of a method before its code is loaded."""

    name: str
    description: str
    parameters: tuple[Parameter, ...]
    target: str
    """`package.module:Class`."""
    learns_representation: bool = False
    """Whether presets and latent sizes multiply its cells, and it takes `image_shape` and `pretrained`."""
    takes_device: bool = False
    """Whether it can train elsewhere than on the processor."""
    extra: Extra | None = None
    """What it needs beyond this project's own dependencies."""
    criteria: tuple[str, ...] = ()
    """Metrics of held-out samples by which `search` chooses: fixed in advance, without labels. Empty: no search."""


METHODS = {
    method.name: method
    for method in (
        Method(
            "dec",
            "deep embedded clustering: conv autoencoder, then reconstruction + λ · KL(P‖Q) (Xie 2016; Guo 2017)",
            parameters.DEC,
            "methods.dec.estimator:DEC",
            criteria=("silhouette_own", "kl_divergence"),
            learns_representation=True,
            takes_device=True,
        ),
        Method(
            "ae-kmeans",
            "K-Means on the codes of the pretrained autoencoder from which dec starts",
            parameters.AE_KMEANS,
            "methods.dec.ae_kmeans:AEKMeans",
            criteria=("reconstruction_error",),
            learns_representation=True,
            takes_device=True,
        ),
        Method(
            "ae-gmm",
            "a Gaussian mixture on the codes of the same autoencoder",
            parameters.AE_GMM,
            "methods.dec.ae_gmm:AEGMM",
            criteria=("reconstruction_error",),
            learns_representation=True,
            takes_device=True,
        ),
        Method(
            "n2d",
            "UMAP and a Gaussian mixture on the codes of the same autoencoder (McConville 2021)",
            parameters.N2D,
            "methods.dec.n2d:N2D",
            criteria=("silhouette_own",),
            learns_representation=True,
            takes_device=True,
            extra=MANIFOLD,
        ),
        Method(
            "umap-gmm",
            "PCA, UMAP and a Gaussian mixture on the map",
            parameters.UMAP_GMM,
            "methods.umap_gmm:UMAPGMM",
            criteria=("silhouette_own",),
            extra=MANIFOLD,
        ),
        Method(
            "pca-kmeans",
            "K-Means on principal components",
            parameters.PCA_KMEANS,
            "methods.pca_kmeans:PCAKMeans",
            criteria=("silhouette_own",),
        ),
        Method(
            "som",
            "MiniSom on raw pixels, its units grouped into clusters",
            parameters.SOM,
            "methods.som:SOM",
            criteria=("quantization_error",),
            takes_device=True,
        ),
        Method(
            "kmeans",
            "K-Means on raw pixels",
            parameters.KMEANS,
            "methods.kmeans:KMeans",
            criteria=("silhouette_input",),
        ),
    )
}


def method(name: str) -> Method:
    """What is known of the method of that name. Raises MethodError if it is neither registered nor `module:Class`."""
    if name in METHODS:
        return METHODS[name]
    module, colon, attribute = name.partition(":")
    if colon and attribute.isidentifier() and all(part.isidentifier() for part in module.split(".")):
        return Method(name, "third-party clusterer", (), name)
    raise MethodError(unknown_name("method", name, METHODS) + ", or package.module:Class")


def preset(name: str) -> Preset:
    """The preset of that name. Raises MethodError if there is none."""
    if name not in PRESETS:
        raise MethodError(unknown_name("preset", name, PRESETS))
    return PRESETS[name]


def pretraining_settings(preset_name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What determines pretrained weights, of a preset with these parameters."""
    fraction = {parameter.name: parameter.default for parameter in parameters.PRETRAINING}["validation_fraction"]
    return presets.pretraining_settings(preset(preset_name), {"validation_fraction": fraction, **params})


def check_image_shape(name: str, image_shape: tuple[int, int, int]) -> None:
    """Raise MethodError if the preset of that name has no network for images of that shape."""
    if preset(name).blocks:
        try:
            presets.check_image_shape(image_shape)
        except ValueError as error:
            raise MethodError(f"preset {name}: {error}") from None


def check_installed(name: str, presets: Iterable[str], params: Mapping[str, Iterable[Any]]) -> None:
    """Raise MethodError if what the method needs, with these presets and values of its parameters, is not installed."""
    for who, extra in _needed(name, presets, params):
        extra.check(who)


def _needed(name: str, preset_names: Iterable[str], params: Mapping[str, Iterable[Any]]) -> Iterator[tuple[str, Extra]]:
    """What must be installed, and what for."""
    found = method(name)
    if found.extra is not None:
        yield f"method {name}", found.extra
    if found.learns_representation and "init" in {parameter.name for parameter in found.parameters}:
        inits = set(params.get("init", (None,)))
        if None in inits:
            inits |= {preset(preset_name).training.init for preset_name in preset_names}
        for init in presets.MANIFOLD_INITS:
            if init in inits:
                yield f"{name} with init={init}", MANIFOLD


def check_together(name: str, preset_name: str, params: Mapping[str, Any]) -> None:
    """Raise MethodError if parameters of a method contradict each other, or the preset."""
    if method(name).learns_representation:
        try:
            consistency.check_together(presets.training_of(preset(preset_name), params), params.get("patience"))
        except ValueError as error:
            raise MethodError(f"{name} with preset {preset_name}: {error}") from None


def parse_parameter(method_name: str, name: str, text: str) -> Any:
    """The value that `text` means for a parameter. Raises MethodError if there is no such parameter or value.

    Parameters of third-party classes are not declared: their values are read as numbers, true, false or none if they
    look so, and else as text.
    """
    known = {parameter.name: parameter for parameter in method(method_name).parameters}
    if method_name not in METHODS:
        if name in ("n_clusters", "random_state"):
            option = {"n_clusters": "--n-clusters", "random_state": "--seeds"}[name]
            raise MethodError(f"{name} is given by {option}, not by --param")
        return _literal(text)
    if name not in known:
        raise MethodError(unknown_name(f"parameter of {method_name}", name, known))
    try:
        return known[name].parse(text)
    except ValueError as error:
        raise MethodError(f"{method_name}.{error}") from None


def _literal(text: str) -> Any:
    constants: Mapping[str, Any] = {"true": True, "false": False, "none": None}
    if text.lower() in constants:
        return constants[text.lower()]
    for number in (int, float):
        try:
            value = number(text)
        except ValueError:
            continue
        if not math.isfinite(value):
            raise MethodError(f"'{text}' is not valid; expected a finite number, true, false, none or text")
        return value
    return text


def create(name: str, **arguments: Any) -> "Clusterer":
    """An unfitted clusterer. Raises MethodError if a third-party class cannot be imported or takes no such argument."""
    if name in METHODS:
        clusterer: Clusterer = _load(METHODS[name].target)(**arguments)
        return clusterer
    from methods.adapter import adapt

    try:
        return adapt(_load(method(name).target), **arguments)
    except MethodError:
        raise
    except Exception as error:  # whatever a class from elsewhere raises
        raise MethodError(f"method '{name}' cannot be made ({type(error).__name__}: {error})") from error


def is_whole_pretrained(path: Path) -> bool:
    """Whether the file holds pretrained weights as they were written. Loads torch."""
    from methods.dec.pretrained import is_whole

    return is_whole(path)


def preload(name: str, preset_name: str | None, params: Mapping[str, Any]) -> None:
    """Load the code of a method, with the libraries that it needs with this preset and these parameters.

    Raises MethodError if that cannot be done.
    """
    _load(method(name).target)
    preset_names = [] if preset_name is None else [preset_name]
    for who, extra in _needed(name, preset_names, {key: [value] for key, value in params.items()}):
        extra.check(who)
        import_module(extra.module)


def _load(target: str) -> Any:
    module, _, attribute = target.partition(":")
    try:
        loaded = import_module(module)
    except ImportError as error:
        raise MethodError(f"method '{target}': cannot import '{module}' ({error}); is it installed?") from error
    except Exception as error:  # whatever a module from elsewhere raises
        raise MethodError(f"method '{target}': cannot import '{module}' ({type(error).__name__}: {error})") from error
    if not hasattr(loaded, attribute):
        names = [name for name in dir(loaded) if not name.startswith("_")]
        raise MethodError(f"method '{target}': " + unknown_name(f"name in {module}", attribute, names))
    return getattr(loaded, attribute)


def execution_target(device: str) -> tuple[str, str]:
    """Device and floating-point type that networks would train on and in. Loads torch.

    Raises MethodError if this machine has no such device.
    """
    from methods.device import choose_device, choose_precision

    try:
        chosen = choose_device(device)
    except ValueError as error:
        raise MethodError(str(error)) from None
    return str(chosen), str(choose_precision(chosen)).removeprefix("torch.")


def layers(preset_name: str, latent_dim: int | None, image_shape: tuple[int, int, int]) -> "list[Layer]":
    """The layers of a preset's autoencoder. Loads torch. Raises MethodError if there is no such network."""
    from methods.dec.layers import layer_table

    try:
        return layer_table(preset(preset_name), latent_dim, image_shape)
    except MethodError:
        raise
    except ValueError as error:
        raise MethodError(str(error)) from None
