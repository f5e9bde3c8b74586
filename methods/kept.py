"""Fitted estimators that can be saved in a folder, and loaded from it."""

import platform
from collections.abc import Collection
from importlib.metadata import PackageNotFoundError, version
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, Self

from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from methods import declarations
from methods.errors import MethodError
from methods.fit_warnings import warn
from methods.model_folder import Config, damaged, model_files, other_version, read_folder, write_folder
from methods.names import unknown_name
from methods.options import parameters_of
from methods.values import Decoder, Encoder, OtherVersionError, check_names

__all__ = ["Kept"]

LIBRARIES = ("dec-bench", "torch", "scikit-learn", "numpy", "scipy", "minisom", "umap-learn", "safetensors")
_NOT_VALID = (ValueError, TypeError, KeyError, AttributeError, RuntimeError, IndexError)


class Kept(BaseEstimator):  # type: ignore[misc]
    """An estimator whose options and fitted attributes can be saved, without pickle.

    All attributes that `fit` has set are kept, except those in `_not_kept`. They are numbers, texts, tuples, lists,
    dicts, arrays and `methods.values.Part`s. A class with an attribute of another type overrides `_state` and
    `_restore`.
    """

    _not_kept: ClassVar[tuple[str, ...]] = ()
    """Attributes about the training samples that a new sample does not need."""
    _fitted: ClassVar[tuple[str, ...]] = ()
    """Attributes that each fit sets and that are kept, besides those of the base classes.

    A class that declares them has no others: a saved model with others is of another version. Of a class that does not
    declare them, such as that of a plug-in, only the attributes of its base classes are checked."""
    _may_be_fitted: ClassVar[tuple[str, ...]] = ()
    """Attributes that are kept, and that not every fit sets, besides those of the base classes."""

    def save(self, folder: str | PathLike[str]) -> None:
        """Save the fitted estimator in a folder, as config.json and model.safetensors.

        `methods.load(folder)` gives an estimator whose `predict`, `transform`, `predict_proba`, `inverse_transform`
        and `score` are equal to the bit, in another process, too, with the same versions and number of threads. On
        another device they are equal to about 1e-5. Both files are read without pickle: nothing in them is executed.

        Not kept are `embedding_`, `soft_assignments_`, `posteriors_` and `trace_` of the training samples; `labels_`
        are kept. The option `pretrained` becomes None, because the weights are in the model.

        Parameters
        ----------
        folder : str or Path
            A new folder, or one with an older model, which is replaced. Other files in it stay.

        Raises
        ------
        ValueError
            If the estimator is not fitted, is no registered method, or has an attribute that cannot be kept; if the
            folder cannot be written, or has a model of another program.

        Warns
        -----
        UserWarning
            If `random_state` is not an integer or None: then None is kept.
        """
        write_folder(Path(folder), self.packed())

    def packed(self) -> dict[str, bytes]:
        """The files that `save` writes, by name. Warns as `save`.

        Returns
        -------
        dict of bytes
            The content of config.json and of model.safetensors.

        Raises
        ------
        ValueError
            If the estimator is not fitted, is no registered method, or has an attribute that cannot be kept.
        """
        check_is_fitted(self)
        method, encoder = _registered_name(type(self)), Encoder()
        try:
            options = encoder.encode("options", self._kept_options())
            state = {name: encoder.encode(name, value) for name, value in self._state().items()}
        except TypeError as error:
            raise MethodError(
                f"{type(self).__name__} cannot be saved: {error}; expected numbers, texts, arrays, or a Part."
            ) from None
        config = Config(
            method=method,
            class_=type(self).__name__,
            options=options,
            state=state,
            versions=_versions(),
        )
        return model_files(config, encoder.arrays)

    @classmethod
    def load(cls, folder: str | PathLike[str], *, device: str | None = None) -> Self:
        """Load a fitted estimator that `save` has saved.

        Parameters
        ----------
        folder : str or Path
            The folder.
        device : str or None
            Where a network computes: auto, cpu, cuda, cuda:1 or mps. None: the device of the fit if this machine has
            it, else the processor. Without effect on a method that has no network.

        Returns
        -------
        Clusterer
            The estimator, of the class that was saved.

        Raises
        ------
        ValueError
            If there is no model, or if it is damaged, of another program, of a method that is not known here, or of
            another class than the one whose `load` is called; if it is of a newer version, or of an older one whose
            fits had other attributes; if this machine lacks `device`.
        """
        place = Path(folder)
        config, arrays = read_folder(place)
        found = _registered_class(place, config.method)
        if not issubclass(found, cls):
            raise MethodError(f"{place} has a {found.__name__}; expected a {cls.__name__}; methods.load reads both.")
        decoder = Decoder(arrays)
        try:
            options = decoder.decode(config.options)
            check_names(found.__name__, options, (), found._get_param_names())
            estimator: Self = found(**options)
            for parameter in parameters_of(found):
                parameter.check(getattr(estimator, parameter.name))
            state = decoder.decode(config.state)
            estimator._check_attributes(state)
            estimator._restore(state, device)
        except MethodError:  # this machine lacks the device
            raise
        except OtherVersionError as error:
            raise other_version(place, config, str(error)) from None
        except _NOT_VALID as error:
            raise damaged(place, _in_words(error)) from error
        return estimator

    def _kept_options(self) -> dict[str, Any]:
        options: dict[str, Any] = self.get_params(deep=False)
        seed = options.get("random_state")
        if seed is not None and not hasattr(seed, "__index__"):
            warn(
                UserWarning(
                    f"random_state is a {type(seed).__name__}, which cannot be kept; the saved model has "
                    "random_state=None. Its predictions do not depend on it."
                )
            )
            options["random_state"] = None
        return options

    def _state(self) -> dict[str, Any]:
        """The attributes that are kept, by name."""
        left_out = {*self.get_params(deep=False), *self._not_kept}
        kept = sorted(vars(self).keys() - left_out, key=lambda name: (name.startswith("_"), name))
        return {name: getattr(self, name) for name in kept}  # public names first: they name the shared arrays

    @classmethod
    def _check_attributes(cls, came: Collection[str]) -> None:
        """Raise OtherVersionError if the saved attributes are not those that a fit of this version sets."""

        def declared(kind: str) -> set[str]:
            return {name for base in cls.__mro__ for name in vars(base).get(kind, ())}

        knows_all = "_fitted" in vars(cls)
        check_names(cls.__name__, came, declared("_fitted"), declared("_may_be_fitted") if knows_all else came)

    def _restore(self, state: dict[str, Any], device: str | None) -> None:
        """Set the attributes that `_state` gave; `device` is for networks.

        Raises ValueError if the attributes do not fit together, and MethodError if this machine lacks the device.
        """
        self.__dict__.update(state)


def _registered_name(cls: type) -> str:
    """The registered name of a class. Raises MethodError if it has none: then `load` could not find the class."""
    names = {each.target: each.name for each in declarations.METHODS.values()}
    names |= {each.target: each.name for each in declarations.method_plugins().values()}
    if (name := names.get(f"{cls.__module__}:{cls.__qualname__}")) is not None:
        return name
    raise MethodError(
        f"{cls.__name__} is not the class of a registered method, so methods.load could not find it; expected one of "
        f"{', '.join(declarations.METHODS)}; register the class as a plug-in, or save it as its own package says."
    )


def _registered_class(folder: Path, name: str) -> Any:
    """The class of a registered name. Only registered classes: the file must not name code that is then imported."""
    known = declarations.described()
    if name not in known:
        raise MethodError(f"{folder}: {unknown_name('method', name, known)}; is its plug-in installed?")
    return declarations.method(name).estimator


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for library in LIBRARIES:
        try:
            versions[library] = version(library)
        except PackageNotFoundError:  # an optional library
            continue
    return versions


def _in_words(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
