"""The declarations of the methods: their names, descriptions and classes, as data; and the methods of plug-ins.

Importing this module loads neither torch nor scikit-learn nor the code of a method.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

from methods import classes, map_time
from methods.caches import give_torch_its_own_folder
from methods.dec.options import N2D_PRESET
from methods.errors import MethodError
from methods.names import did_you_mean, nearest
from methods.options import Parameter, parameters_of
from methods.plugins import Plugin, installed


@dataclass(frozen=True)
class Extra:
    """A library that an optional dependency of this project installs."""

    name: str
    """NAME in `pip install 'dec-bench[NAME]'`."""
    module: str

    def check(self, user: str) -> None:
        """Raise MethodError if the library is not installed; nothing is imported. `user` begins the message."""
        spec = find_spec(self.module)
        if spec is None or spec.origin is None:  # an empty folder is a module, too, but has no origin
            raise MethodError(
                f"{user} needs {self.module}, which is not installed: pip install 'dec-bench[{self.name}]'"
            )


MANIFOLD = Extra("manifold", "umap")
ONNX = tuple(Extra("onnx", module) for module in ("onnxruntime", "onnx", "onnxscript"))


@dataclass(frozen=True)
class Method:
    """The facts about a method that are known before its code is loaded."""

    name: str
    description: str
    target: str
    """`package.module:Class`, a subclass of Clusterer."""
    options: str | None = None
    """`package.module:Class` that declares the options and loads quickly; None: `target` declares them."""
    learns_representation: bool = False
    """Whether the method has a preset and a latent size, and takes `image_shape` and `pretrained`."""
    own_preset: str | None = None
    """The preset of a method that trains a network of its own: `--preset` and `--latent-dims` do not reach it."""
    takes_device: bool = False
    """Whether the method can train on other devices than the processor."""
    extra: Extra | None = None
    """A library that the method needs in addition to this project's own dependencies."""
    is_compressible: bool = False
    """Whether `compressor` takes the models of the method."""
    long_fit: Callable[..., str] | None = None
    """A function of the numbers of samples and features, and of the options. It returns a sentence if a fit takes long
    and another option is much faster."""

    @property
    def trains_network(self) -> bool:
        """Whether the method trains a network: of the preset that the user chooses, or its own."""
        return self.learns_representation or self.own_preset is not None

    @property
    def estimator(self) -> Any:
        """The class of the method, a subclass of Clusterer. Loads it."""
        return load_class(self.target)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The options that are `--param` parameters. Loads the class that declares them."""
        declared = parameters_of(load_class(self.options or self.target))
        return tuple(parameter for parameter in declared if not parameter.provided)


_autoencoder_method = partial(Method, learns_representation=True, takes_device=True)

METHODS = {
    method.name: method
    for method in (
        _autoencoder_method(
            "dec",
            "deep embedded clustering: conv autoencoder, then reconstruction + λ · KL(P‖Q) (Xie 2016; Guo 2017)",
            "methods.dec.estimator:DEC",
            options="methods.dec.options:DECOptions",
            is_compressible=True,
        ),
        _autoencoder_method(
            "ae-kmeans",
            "K-Means on the codes of the pretrained autoencoder from which dec starts",
            "methods.dec.ae_kmeans:AEKMeans",
            options="methods.dec.options:AEKMeansOptions",
        ),
        _autoencoder_method(
            "ae-gmm",
            "a Gaussian mixture on the codes of the same autoencoder",
            "methods.dec.ae_gmm:AEGMM",
            options="methods.dec.options:AEGMMOptions",
        ),
        _autoencoder_method(
            "umap-gmm-hidden",
            "UMAP and a Gaussian mixture on the middle of the encoder of the same autoencoder",
            "methods.dec.umap_gmm_hidden:UMAPGMMHidden",
            options="methods.dec.options:UMAPGMMHiddenOptions",
            extra=MANIFOLD,
        ),
        Method(
            "n2d",
            "UMAP and a Gaussian mixture on the codes of its own dense autoencoder (McConville 2021)",
            "methods.dec.n2d:N2D",
            options="methods.dec.options:N2DOptions",
            own_preset=N2D_PRESET,
            takes_device=True,
            extra=MANIFOLD,
        ),
        Method(
            "umap-gmm",
            "PCA, UMAP and a Gaussian mixture on the map",
            "methods.umap_gmm:UMAPGMM",
            takes_device=True,
            extra=MANIFOLD,
        ),
        Method(
            "pca-kmeans",
            "K-Means on principal components",
            "methods.pca_kmeans:PCAKMeans",
            takes_device=True,
        ),
        Method(
            "som",
            "MiniSom on raw pixels, its units grouped into clusters",
            "methods.som:SOM",
            takes_device=True,
            long_fit=map_time.long_fit,
        ),
        Method(
            "kmeans",
            "K-Means on raw pixels",
            "methods.kmeans:KMeans",
            takes_device=True,
        ),
    )
}


PLUGIN_GROUP = "dec_bench.methods"
"""The group of the entry points by which packages add methods."""


def method_plugins() -> Mapping[str, Plugin]:
    """The methods of installed packages, by name. None of them is imported."""
    return installed(PLUGIN_GROUP, frozenset(METHODS)).known


def plugin_problems() -> tuple[str, ...]:
    """One line for each method of an installed package that is left out."""
    return installed(PLUGIN_GROUP, frozenset(METHODS)).problems


def plugin_of(name: str) -> Plugin | None:
    """The plug-in to which a method belongs, by its name or its class `package.module:Class`; None: it is of none."""
    return next((each for each in method_plugins().values() if name in (each.name, each.target)), None)


def described() -> dict[str, str]:
    """One line of text for each method: those of this project, then those of plug-ins."""
    own = {each.name: each.description for each in METHODS.values()}
    return own | {each.name: each.description for each in method_plugins().values()}


def method(name: str) -> Method:
    """The method of that name.

    Raises MethodError if the name is neither registered, nor of a plug-in, nor `package.module:Class`.
    """
    if name in METHODS:
        return METHODS[name]
    if name in method_plugins():
        return Method(name, method_plugins()[name].description, method_plugins()[name].target)
    if is_path_of_class(name):
        return Method(name, "third-party clusterer", name)
    raise MethodError(_unknown_method(name))


def is_path_of_class(name: str) -> bool:
    """Whether a text has the form `package.module:Class`; nothing is imported.

    >>> is_path_of_class("sklearn.cluster:DBSCAN"), is_path_of_class("sklearn.cluster.DBSCAN")
    (True, False)
    """
    module, colon, attribute = name.partition(":")
    return bool(colon) and attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))


def near_classes(name: str) -> list[str]:
    """The third-party class that `name` means, written otherwise, or scikit-learn's near classes."""
    return classes.written_otherwise(name) or classes.sklearn_classes(name)


def _unknown_method(name: str) -> str:
    """The error for a name of a method that is not valid."""
    names = described()
    near = nearest(name, names, words=False) or near_classes(name) or nearest(name, names)
    known = ", ".join(sorted(names))
    return f"unknown method '{name}';{did_you_mean(near)} known: {known}, or package.module:Class"


def class_title(target: str, typed: str | None = None) -> str:
    """A class `package.module:Class` in a message: also the name that the user typed, or its plug-in.

    `typed`: an alias of the class, the name of its plug-in, or `target`; None: the same as `target`.

    >>> class_title("sklearn.cluster:DBSCAN"), class_title("sklearn.cluster:DBSCAN", "near")
    ("'sklearn.cluster:DBSCAN'", "'near' (sklearn.cluster:DBSCAN)")
    """
    plugin = plugin_of(target)
    if plugin is not None and typed in (None, target, plugin.name):
        return f"'{plugin.name}' of plug-in {plugin.source}"
    return f"'{target}'" if typed in (None, target) else f"'{typed}' ({target})"


def load_class(target: str, typed: str | None = None) -> Any:
    """The class `package.module:Class`. Raises MethodError, with its `class_title`, if it cannot be imported."""
    module, _, name = target.partition(":")
    give_torch_its_own_folder()
    try:
        return classes.find_class(module, name)
    except ValueError as error:
        raise MethodError(f"method {class_title(target, typed)}: {error}") from error
