"""All methods and presets by name; a name `package.module:Class` is a third-party class that clusters.

Importing this module loads neither torch nor scikit-learn.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from methods import contract, memory
from methods.caches import folder_for_numba as folder_for_numba
from methods.dec import consistency, presets
from methods.dec.forms import Form as Form
from methods.dec.options import MANIFOLD_INITS
from methods.dec.presets import PRESETS as PRESETS
from methods.dec.presets import Preset as Preset
from methods.dec.presets import SearchGrid as SearchGrid
from methods.declarations import MANIFOLD as MANIFOLD
from methods.declarations import METHODS as METHODS
from methods.declarations import ONNX, load_class
from methods.declarations import Extra as Extra
from methods.declarations import Method as Method
from methods.declarations import class_title as class_title
from methods.declarations import described as described
from methods.declarations import is_path_of_class as is_path_of_class
from methods.declarations import method as method
from methods.declarations import method_plugins as method_plugins
from methods.declarations import near_classes as near_classes
from methods.declarations import plugin_of as plugin_of
from methods.declarations import plugin_problems as plugin_problems
from methods.errors import MethodError as MethodError
from methods.map_time import LongFitWarning as LongFitWarning
from methods.names import did_you_mean as did_you_mean
from methods.names import nearest as nearest
from methods.names import unknown_name as unknown_name
from methods.options import Parameter as Parameter
from methods.plugins import Plugin as Plugin
from methods.plugins import installed as installed
from methods.progress import Progress as Progress
from methods.progress import ProgressCallback as ProgressCallback
from methods.progress import no_progress

if TYPE_CHECKING:
    from methods.base import Clusterer as Clusterer
    from methods.base import FloatArray
    from methods.dec.compression import Compressed as Compressed
    from methods.dec.compression import Compressor as Compressor
    from methods.dec.layers import Layer as Layer


def preset(name: str) -> Preset:
    """The preset of that name. Raises MethodError if the name is unknown."""
    if name not in PRESETS:
        raise MethodError(unknown_name("preset", name, PRESETS))
    return PRESETS[name]


def pretraining_settings(preset_name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The values that determine the pretrained weights of a preset with these parameters."""
    return presets.pretraining_settings(preset(preset_name), params)


def check_image_shape(name: str, image_shape: tuple[int, int, int]) -> None:
    """Raise MethodError if the preset of that name cannot take images of that shape."""
    if preset(name).blocks:
        try:
            presets.check_image_shape(image_shape)
        except ValueError as error:
            raise MethodError(f"preset {name}: {error}") from None


def check_installed(name: str, presets: Iterable[str], params: Mapping[str, Iterable[Any]]) -> None:
    """Raise MethodError if a library is missing that the method needs for these presets and parameter values."""
    for user, extra in _needed(name, presets, params):
        extra.check(user)


def _needed(name: str, preset_names: Iterable[str], params: Mapping[str, Iterable[Any]]) -> Iterator[tuple[str, Extra]]:
    """The optional libraries that a method needs, each after a text for messages that names its user."""
    declared = method(name)
    if declared.extra is not None:
        yield f"method {name}", declared.extra
    if declared.learns_representation and "init" in {parameter.name for parameter in declared.parameters}:
        inits = set(params.get("init", (None,)))
        if None in inits:
            inits |= {preset(preset_name).training.init for preset_name in preset_names}
        for init in MANIFOLD_INITS:
            if init in inits:
                yield f"{name} with init={init}", MANIFOLD


def check_together(name: str, preset_name: str, params: Mapping[str, Any]) -> None:
    """Raise MethodError if parameters of a method contradict each other or the preset, or its own preset."""
    if method(name).trains_network:
        preset_name = method(name).own_preset or preset_name
        try:
            declared = preset(preset_name)
            consistency.check_together(presets.training_of(declared, params), declared.output)
        except ValueError as error:
            raise MethodError(f"{name} with preset {preset_name}: {error}") from None


def check_size(name: str, preset_name: str, params: Mapping[str, Any], n_samples: int, n_clusters: int) -> None:
    """Raise MethodError if a parameter or the preset does not fit the number of samples or of clusters."""
    if method(name).trains_network:
        declared = preset(method(name).own_preset or preset_name)
        try:
            consistency.check_size(presets.training_of(declared, params), n_samples, n_clusters)
        except ValueError as error:
            raise MethodError(f"{name} with preset {preset_name}: {error}") from None


def check_table(name: str, preset_name: str, params: Mapping[str, Any]) -> None:
    """Raise MethodError if a parameter of a method, or the preset, trains on augmented images: a table has none."""
    if method(name).trains_network:
        used = preset(method(name).own_preset or preset_name)
        needed = consistency.for_images(presets.training_of(used, params))
        if needed:
            raise MethodError(f"{needed[0]} needs images, because it trains on augmented images")


def parse_parameter(method_name: str, name: str, text: str) -> Any:
    """The value of a parameter that a user typed as `text`. Raises MethodError if the name or the value is not valid.

    Third-party classes do not declare their parameters. A text for them that looks like a number, true, false or none
    becomes that value; any other text stays text.
    """
    declared = method(method_name)
    if method_name not in METHODS:
        if name == "random_state":
            raise MethodError("random_state is given by --seeds, not by --param")
        if name == "n_clusters" and text.lower() != "none":
            raise MethodError(
                "n_clusters is given by --n-clusters, not by --param; n_clusters=none leaves the number to the class"
            )
        return _literal(text)
    known = {parameter.name: parameter for parameter in declared.parameters}
    if name not in known:
        raise MethodError(unknown_name(f"parameter of {method_name}", name, known))
    try:
        return known[name].parse(text)
    except ValueError as error:
        raise MethodError(f"{method_name}.{error}") from None


def parameters_like(name: str, names: Iterable[str] = METHODS) -> list[str]:
    """The parameters `METHOD.NAME` of registered methods with that name, or else with the nearest names: at most three.

    Loads the classes of the methods.
    """
    parameters = {each: [p.name for p in METHODS[each].parameters] for each in names if each in METHODS}
    equal = [f"{each}.{name}" for each, known in parameters.items() if name in known]
    return (equal or [f"{each}.{near}" for each, known in parameters.items() for near in nearest(name, known)])[:3]


def check_parameter(method_name: str, name: str, value: Any) -> Any:
    """The value of a parameter that is given in Python, as `parse_parameter` would give it. Raises MethodError.

    >>> check_parameter("som", "sigma", 2)
    2.0
    """
    finite = not isinstance(value, float) or math.isfinite(value)
    if not isinstance(value, bool | int | float | str | None) or not finite:
        shown = " ".join(repr(value).split())[:100]
        raise MethodError(
            f"{method_name}.{name}={shown} is not valid; expected a finite number, a text, True, False or None"
        )
    declared = method(method_name)
    if method_name not in METHODS:
        return value
    known = {parameter.name: parameter for parameter in declared.parameters}
    if name not in known:
        raise MethodError(unknown_name(f"parameter of {method_name}", name, known))
    try:
        known[name].check(value)
    except ValueError as error:
        raise MethodError(f"{method_name}.{error}") from None
    return float(value) if known[name].kind == "float" and value is not None else value


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


def long_fit(name: str, n_samples: int, n_features: int, params: Mapping[str, Any]) -> str:
    """A sentence with the estimated time and the remedy if a fit takes long and another option is faster; else empty.

    A fit gives the same sentence as a LongFitWarning.
    """
    sentence = method(name).long_fit
    return "" if sentence is None else sentence(n_samples, n_features, **params)


def create(name: str, **arguments: Any) -> "Clusterer":
    """An unfitted clusterer. A third-party class gets no number of clusters without `n_clusters`.

    A third-party class is adapted, unless it is a subclass of `methods.base.Clusterer`.

    Raises MethodError if a third-party class cannot be imported, or is not a clusterer.
    """
    if name in METHODS:
        clusterer: Clusterer = load_class(METHODS[name].target)(**arguments)
        return clusterer
    from methods.adapter import adapt

    return adapt(third_party_class(name), **arguments)


def _is_own(cls: type) -> bool:
    """Whether a class is a subclass of `methods.base.Clusterer`."""
    from methods.base import Clusterer

    return issubclass(cls, Clusterer)


def keeps_model(name: str) -> bool:
    """Whether `save` can keep the fitted estimators of a method.

    True for the methods of this project, and for those of plug-ins whose class is a subclass of
    `methods.base.Clusterer`. Loads a third-party class.
    """
    if name in METHODS:
        return True
    if plugin_of(name) is None:
        return False
    return _is_own(load_class(method(name).target))


def labels_new_samples(name: str) -> bool:
    """Whether a fitted method labels samples that it was not fitted on, with `predict`. Loads a third-party class.

    >>> labels_new_samples("kmeans"), labels_new_samples("sklearn.cluster:DBSCAN")
    (True, False)
    """
    return name in METHODS or contract.has_predict(load_class(method(name).target))


def load_model(folder: "str | PathLike[str]", device: str | None = None) -> "Clusterer":
    """The fitted estimator in a folder that `save` has written, see `methods.base.Clusterer.load`.

    Loads the class of the method. Raises MethodError if there is no model that can be used.
    """
    from methods.base import Clusterer

    return Clusterer.load(folder, device=device)


def compressor(model: "Clusterer", X: "FloatArray", seed: int) -> "Compressor":
    """Makes smaller forms of a fitted model.

    `X`, (n_samples, n_features): samples of the fit. Loads torch. Raises MethodError if the method of the model is not
    compressible.
    """
    from methods.dec.compression import Compressor
    from methods.dec.estimator import DEC

    if not isinstance(model, DEC):
        raise MethodError(f"{type(model).__name__} cannot be compressed; expected a DEC.")
    return Compressor(model, X, seed)


def check_form(model: "Clusterer", form: Form) -> None:
    """Raise MethodError if a pruned form of a fitted model would be equal to it. Loads torch.

    The model is one that `compressor` takes.
    """
    from methods.dec.compression import Compressor
    from methods.dec.estimator import DEC

    assert isinstance(model, DEC)
    try:
        Compressor.check(model, form)
    except ValueError as error:
        raise MethodError(str(error)) from None


def check_onnx_export(model: "Clusterer", user: str) -> None:
    """Raise MethodError if `to_onnx` of a fitted model needs another method or a library; no samples are needed.

    `user` begins the message about a library. Loads torch.
    """
    from methods.dec.estimator import DEC

    if not isinstance(model, DEC):
        raise MethodError(f"{type(model).__name__} cannot be written as ONNX; expected a DEC.")
    check_onnx(user)


def check_onnx(user: str) -> None:
    """Raise MethodError if a library for ONNX is not installed; nothing is imported. `user` begins the message."""
    for extra in ONNX:
        extra.check(user)


def third_party_class(name: str, params: Mapping[str, Any] | None = None, *, typed: str | None = None) -> type:
    """The class `package.module:Class`. Errors name it as `typed`, too, which may be an alias; see `class_title`.

    Raises MethodError if it cannot be imported, is not a clusterer (`methods.contract`) or, with `params`, cannot be
    constructed with them. A note on the error has the five lines that a class needs.
    """
    target = method(name).target
    found: type = load_class(target, typed)
    title = class_title(target, typed)
    check_clusterer(found, f"method {title} cannot be run", params)
    if params is not None:
        try:
            found(**contract.arguments_of(found, 2, 0, params))
        except (Exception, SystemExit) as error:  # a third-party class may raise anything
            raise MethodError(f"method {title} cannot be created ({type(error).__name__}: {error})") from error
    return found


def check_clusterer(cls: type, problem: str, params: Collection[str] | None = None) -> None:
    """Raise MethodError, which begins with `problem`, if a class does not keep the contract of `methods.contract`.

    `params` as in `contract.check`. A note on the error has the five lines that a class needs.
    """
    try:
        contract.check(cls, params)
    except contract.ContractError as error:
        refused = MethodError(f"{problem}: {error}. The five lines that a class needs:")
        refused.add_note(error.example)
        raise refused from None
    except ValueError as error:
        raise MethodError(f"{problem}: {error}") from None


def constructor_options(cls: type) -> list[str]:
    """The names of the arguments of a constructor; see `contract.constructor_options`."""
    return list(contract.constructor_options(cls))


def takes_any_option(cls: type) -> bool:
    """Whether a constructor has `**options`, or no signature that can be read."""
    return contract.takes_any_option(cls)


def count_option(name: str, params: Iterable[str] = ()) -> str | None:
    """The option of a method that gets the number of clusters; None if a third-party class has none.

    `params` are the options that the user sets; an option that is among them is left to the user. Loads a third-party
    class.

    >>> count_option("kmeans"), count_option("sklearn.cluster:DBSCAN"), count_option("sklearn.mixture:GaussianMixture")
    ('n_clusters', None, 'n_components')
    """
    return "n_clusters" if name in METHODS else contract.count_option(load_class(method(name).target), list(params))


def takes_seed(name: str) -> bool:
    """Whether a method gets the seed of a cell, as `random_state`. Loads a third-party class.

    >>> takes_seed("kmeans"), takes_seed("sklearn.cluster:DBSCAN"), takes_seed("sklearn.cluster:SpectralClustering")
    (True, False, True)
    """
    return name in METHODS or contract.takes_seed(load_class(method(name).target))


COUNT_OPTIONS = contract.COUNT_OPTIONS


def memory_needed(name: str, X: Any, params: Mapping[str, Any]) -> memory.Need | None:
    """The memory that a fit of a method on samples, (n_samples, n_features), needs; None if it is not known.

    Loads a third-party class.
    """
    return None if name in METHODS else memory.needed(load_class(method(name).target), X, params)


def is_whole_pretrained(path: Path) -> bool:
    """Whether the file can be read and has the pretrained weights that were written. Loads torch."""
    from methods.dec.pretrained import is_whole

    return is_whole(path)


def preload(name: str, preset_name: str | None, params: Mapping[str, Any]) -> None:
    """Load the code of a method and the libraries that it needs with this preset and these parameters.

    Raises MethodError if a module cannot be imported.
    """
    load_class(method(name).target)
    preset_names = [] if preset_name is None else [preset_name]
    for user, extra in _needed(name, preset_names, {key: [value] for key, value in params.items()}):
        extra.check(user)
        try:
            with folder_for_numba():
                import_module(extra.module)
        except ImportError as error:
            raise MethodError(f"{user} needs {extra.module}, which cannot be imported: {error}") from error


def execution_target(device: str) -> tuple[str, str]:
    """The device and the floating-point type for training networks. Loads torch, and starts CUDA if the device has it.

    Raises MethodError if this machine does not have the device.
    """
    import torch

    from methods.device import choose_precision

    chosen = chosen_device(device)
    return chosen, str(choose_precision(torch.device(chosen))).removeprefix("torch.")


def chosen_device(device: str) -> str:
    """The device of that name; `auto`: the fastest one of this machine. Loads torch, and starts no CUDA.

    Raises MethodError if this machine does not have the device.
    """
    from methods.device import choose_device

    try:
        return str(choose_device(device))
    except ValueError as error:
        raise MethodError(str(error)) from None


def same_bits(device: str) -> AbstractContextManager[None]:
    """Context in which the work on a device, such as `cuda:1`, gives the same bits each time. Loads torch."""
    import torch

    from methods.same_bits import same_bits as same_bits_on

    return same_bits_on(torch.device(device))


def may_use_gpu(name: str) -> bool:
    """Whether a fit of a method may use a GPU; of a third-party class this is not known.

    >>> may_use_gpu("dec"), may_use_gpu("sklearn.cluster:DBSCAN")
    (True, True)
    """
    return name not in METHODS or METHODS[name].takes_device


def uses_device(name: str) -> bool:
    """Whether a method can train on a device that is chosen. Loads a third-party class: it can with an option `device`.

    >>> uses_device("dec"), uses_device("sklearn.cluster:DBSCAN")
    (True, False)
    """
    if name in METHODS:
        return METHODS[name].takes_device
    return "device" in contract.constructor_options(load_class(method(name).target))


def start_device(device: str) -> None:
    """Start the libraries with which networks compute on a device that `execution_target` has given. Loads torch."""
    from methods.device_start import start

    start(device)


UMAP_DIMENSIONS = 10
"""Number of dimensions of the map of `umap_map`."""


def check_umap_map(n_samples: int) -> None:
    """Raise MethodError if `umap_map` cannot map so many samples, or if umap-learn is not installed.

    Nothing is imported.
    """
    MANIFOLD.check("the UMAP space")
    least = UMAP_DIMENSIONS + 2
    if n_samples < least:
        raise MethodError(f"the UMAP space needs {least} samples or more; the data have {n_samples}")


def umap_map(X: "FloatArray", seed: int) -> "FloatArray":
    """UMAP of `X`, (n_samples, d), in ten dimensions, (n_samples, 10), with the options of `umap-gmm`.

    It runs on one thread of the processor.

    Raises MethodError as `check_umap_map`.
    """
    check_umap_map(len(X))
    from methods.manifold import umap_embedding

    return umap_embedding(X, n_components=UMAP_DIMENSIONS, seed=seed)


def pretrained_space(
    preset_name: str,
    X: "FloatArray",
    image_shape: tuple[int, int, int],
    seed: int,
    progress: ProgressCallback = no_progress,
) -> "FloatArray":
    """The hidden layer of a network of a preset that is pretrained on images: its first 50 principal components.

    `X`, (n_samples, n_features), has the images as rows; the result is (n_samples, at most 50). It is the layer that
    `umap-gmm-hidden` maps. The number of clusters has no influence on it. It is computed on the processor, with the
    threads of the calling process. `progress` gets the progress of the phase `pretrain`. Loads torch.

    Raises MethodError if the preset cannot take images of that shape, and TrainingDivergedError, a FloatingPointError,
    if the training diverges.
    """
    check_image_shape(preset_name, image_shape)
    from methods.dec.umap_gmm_hidden import UMAPGMMHidden

    model = UMAPGMMHidden(2, preset=preset_name, image_shape=image_shape, device="cpu", random_state=seed)
    return model.pretrained_layer(X, progress=progress)


def layers(preset_name: str, latent_dim: int | None, image_shape: tuple[int, int, int]) -> "list[Layer]":
    """The layers of a preset's autoencoder. Loads torch. Raises MethodError if the preset cannot take the images."""
    from methods.dec.layers import layer_table

    try:
        return layer_table(preset(preset_name), latent_dim, image_shape)
    except ValueError as error:
        raise MethodError(str(error)) from None
