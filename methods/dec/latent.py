"""The base of DEC and of the other clusterers of latent codes: one pretrained autoencoder and its latent space."""

from abc import abstractmethod
from copy import deepcopy
from math import prod
from pathlib import Path
from time import perf_counter
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from methods.base import Clusterer, FloatArray, IntArray, nearest
from methods.dec.augmentation import Augmentation
from methods.dec.autoencoder import Autoencoder
from methods.dec.consistency import check_pixels, check_together, for_images
from methods.dec.early_stopping import hold_out
from methods.dec.fitting_ranges import fitting_ranges, problems_of
from methods.dec.inference import decode_all, encode_all, hidden_all
from methods.dec.least_steps import with_least_steps
from methods.dec.options import RANGES, DECOptions, PretrainingOptions
from methods.dec.padding import fitting_padding
from methods.dec.presets import PRESETS, Preset, pretraining_settings, training_of
from methods.dec.pretrained import HARDWARE, Pretrained, load_pretrained, save_pretrained
from methods.dec.pretraining import Pretraining
from methods.dec.subnormal import zero_subnormals
from methods.dec.training import Steps, TrainingDivergedError
from methods.device import choose_device, choose_precision, hardware
from methods.errors import MethodError
from methods.fit_warnings import SmallerAugmentationWarning, likely_shape, of_pixels, of_range, warn
from methods.image_rows import ImageShape, check_equal, declared_shape
from methods.names import unknown_name
from methods.progress import ProgressCallback
from methods.values import OtherVersionError

__all__ = ["LatentClusterer", "as_tensor", "generator", "phase_seed"]

_TABLE = "X is a table; give image_shape=(height, width, channels), or an X of shape (n_samples, height, width)"
PHASES = ("initialise", "pretrain", "centres", "cluster", "final", "validation", "compress", "input")


class LatentClusterer(PretrainingOptions, Clusterer):
    """A clusterer whose own space is the latent space of an autoencoder.

    Each phase has its own random generator, derived from `random_state` and the phase. So a fit that reuses pretrained
    weights is equal, to the bit, to a fit that pretrains.

    Attributes
    ----------
    network_ : torch.nn.Module
        The trained autoencoder.
    preset_ : str
        Name of the preset whose network was trained: `preset`, or mlp if that one has convolutions and `X` is a table.
    """

    network_: Autoencoder
    preset_: str

    _uploaded: tuple[FloatArray, Tensor] | None = None
    """During a fit: the training data, and their copy on the device."""

    _fitted: ClassVar[tuple[str, ...]] = (
        *("network_", "preset_", "prototypes_", "n_parameters_"),
        *("device_", "precision_", "reused_seconds_"),
    )
    _may_be_fitted: ClassVar[tuple[str, ...]] = ("augmentation_",)  # models of earlier versions lack it

    @property
    def is_invertible(self) -> bool:
        """True: the decoder maps codes to the input."""
        return True

    def pretrain(self, X: Any, path: Path, *, progress: ProgressCallback | None = None) -> None:
        """Train only the autoencoder and write it to a file, for a fit with `pretrained=path`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or (…, height, width, channels)
            Samples, as `fit` takes them.
        path : Path
            The file; a file of that name is replaced.
        progress : callable, default=None
            Receives the progress of the phase `pretrain`, as in `fit`.

        Raises
        ------
        ValueError
            Under the same conditions as `fit`.
        """
        X = self._ready_to_pretrain(X)
        seed = self._seed()
        start = perf_counter()
        with self._shown(progress, len(X)) as report:
            network, history = self._pretrain(X, seed, report)
        seconds = perf_counter() - start
        weights = {name: weight.cpu() for name, weight in network.state_dict().items()}
        save_pretrained(path, Pretrained(weights, history, seconds), self._made_from(X, seed))

    def _ready_to_pretrain(self, X: Any) -> FloatArray:
        """The checked samples of a pretraining without a fit, with the warnings and the augmentation of a fit."""
        checked: FloatArray = self._checked_training_data(X)
        for warning in self._doubts(checked):
            warn(warning)
        self._set_augmentation(checked)
        return checked

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self._set_augmentation(X)
        self._uploaded = X, as_tensor(X, choose_device(self.device))
        try:
            self._learn(X, seed, progress)
        finally:
            del self._uploaded  # it is not part of a kept model

    @abstractmethod
    def _learn(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        """As `_fit`, while the samples are on the device."""

    def _set_network(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        """Set `network_`, pretrained now or read from `pretrained`, and history, epochs and seconds of pretraining."""
        start = perf_counter()
        self.preset_ = self._used_preset()
        if self.pretrained is None:
            self.network_, self.history_ = self._pretrain(X, seed, progress)
            self.reused_seconds_ = 0.0
            self.phase_seconds_ = {"pretrain": perf_counter() - start}
        else:
            stored = load_pretrained(Path(self.pretrained), self._made_from(X, seed))
            self.network_ = self._network(X.shape[1])
            self.network_.load_state_dict(stored.weights)
            self.network_.to(choose_device(self.device))
            self.history_ = stored.history
            self.reused_seconds_ = stored.seconds
            self.phase_seconds_ = {"pretrain": stored.seconds + perf_counter() - start}
        device = choose_device(self.device)
        self.device_ = str(device)
        self.precision_ = str(choose_precision(device)).removeprefix("torch.")
        self.n_iter_ = len(self.history_["pretrain/reconstruction"])

    def _pretrain(
        self, X: FloatArray, seed: int, progress: ProgressCallback
    ) -> tuple[Autoencoder, dict[str, list[float]]]:
        device = choose_device(self.device)
        network = self._network(X.shape[1])
        network.initialise(generator(seed, "initialise"))
        network.to(device)
        if network.scale is not None:
            network.scale_features(self._on(device, X))
        training, held_out = self._on(device, X), None
        if self.patience is not None:
            kept, others = hold_out(len(X), self.validation_fraction, generator(seed, "validation"))
            training, held_out = training[kept.to(device)], training[others.to(device)]
        settings = with_least_steps(self._settings(X.shape[1]), len(X))
        augmented = settings.augment_pretraining or settings.contrastive_weight > 0
        phase = Pretraining(
            network,
            training,
            self._steps(X.shape[1], settings.pretrain_epochs, augmented),
            contrastive_weight=settings.contrastive_weight,
            held_out=held_out,
            patience=self.patience,
            generator=generator(seed, "pretrain"),
        )
        return network, phase.train(progress)

    def _settings(self, n_features: int) -> DECOptions:
        """The options, with the preset's value for None. Raises ValueError if options contradict each other."""
        preset = self._architecture(n_features)[0]
        training = training_of(preset, self.get_params(deep=False))
        check_together(training, preset.output)
        return training

    def _set_augmentation(self, X: FloatArray) -> None:
        """Set `augmentation_` for these training data.

        Raises ValueError if augmented images are asked for and the data are not images, or have no suitable pixels.
        """
        settings, shape = self._settings(X.shape[1]), self.image_shape_
        self.augmentation_ = None
        if not (users := for_images(settings)):
            return
        if shape is None:
            raise ValueError(f"{users[0]} needs images, but {_TABLE}.")
        check_pixels(settings, float(X.min()), float(X.max()))
        padding = fitting_padding(X, shape) if settings.padding == "auto" else settings.padding
        ranges = {name: getattr(settings, name) for name in RANGES}
        if settings.check_augmentation:
            verdicts = fitting_ranges(Augmentation(shape, **ranges, padding=padding), X)
            for problem in problems_of(verdicts):
                warn(SmallerAugmentationWarning(problem))
            ranges |= {verdict.name: verdict.used for verdict in verdicts}
        self.augmentation_ = {**ranges, "padding": padding}

    def _steps(self, n_features: int, epochs: int, augmented: bool) -> Steps:
        """The training steps of a phase."""
        settings, augmentation = self._settings(n_features), None
        if augmented:
            assert self.image_shape_ is not None
            augmentation = Augmentation(self.image_shape_, **(self.augmentation_ or {}))
        return Steps(
            epochs=epochs,
            batch_size=settings.batch_size,
            lr=settings.lr,
            weight_decay=settings.weight_decay,
            precision=choose_precision(choose_device(self.device)),
            lr_schedule=settings.lr_schedule,
            lr_step=settings.lr_step,
            optimizer=settings.optimizer,
            momentum=settings.momentum,
            augmentation=augmentation,
        )

    def _network(self, n_features: int) -> Autoencoder:
        """The network on the CPU, with weights that are not initialised."""
        network = self._outline(n_features)
        network.to_empty(device="cpu")
        return network

    def _outline(self, n_features: int) -> Autoencoder:
        """The network without memory for its weights."""
        preset, shape = self._architecture(n_features)
        settings = self._settings(n_features)
        latent_dim, is_scaled = self._code_size(preset), settings.input_scale == "unit"
        with torch.device("meta"):
            return Autoencoder(preset, latent_dim, shape, settings.dropout, is_scaled=is_scaled)

    def _code_size(self, preset: Preset) -> int:
        """The size of the code."""
        return self.latent_dim or preset.latent_dim

    def _architecture(self, n_features: int) -> tuple[Preset, ImageShape | int]:
        """The preset whose network is used, and the shape of its input: of images, or the number of features."""
        preset = PRESETS[self._used_preset()]
        return preset, n_features if preset.hidden or self.image_shape_ is None else self.image_shape_

    def _used_preset(self) -> str:
        """The name of the preset; mlp if that one has convolutions and the data are a table.

        Raises ValueError if the preset is unknown, or if it trains on augmented images and the data are a table.
        """
        if self.preset not in PRESETS:
            raise ValueError(unknown_name("preset", str(self.preset), PRESETS))
        preset = PRESETS[self.preset]
        if preset.hidden or self.image_shape_ is not None:
            return self.preset
        if preset.training.augment:
            raise ValueError(f"preset {self.preset} trains on augmented images, but {_TABLE}, or preset='mlp'.")
        return "mlp"

    def _doubts(self, X: FloatArray) -> list[Warning]:
        """Also about a network that is not the one that was asked for, and about values that it cannot output."""
        used = self._used_preset()
        unreached = of_range(X, used, PRESETS[used].output)
        others = [*super()._doubts(X), *(unreached if unreached or self.image_shape_ else of_pixels(X))]
        if used == self.preset:
            return others
        shape = likely_shape(X.shape[1])
        problem = (
            f"preset {self.preset} has convolutions, but X is a table of shape {X.shape}, so the dense network {used} "
            f"is trained; give preset='{used}' for a table, or image_shape={shape} if each row is an image."
        )
        return [UserWarning(problem), *others]

    def _agreed_shape(self, of_array: ImageShape | None, n_features: int) -> ImageShape | None:
        if self.image_shape is None:
            return of_array
        shape = declared_shape(self.image_shape)
        if prod(shape) != n_features:
            raise ValueError(f"image_shape={shape} has {prod(shape)} values, but X has {n_features} features.")
        check_equal("image_shape", shape, of_array)
        return shape

    def _made_from(self, X: FloatArray, seed: int) -> dict[str, Any]:
        """The values that, together with the data, determine the pretrained weights; in types that JSON has."""
        preset, shape = self._architecture(X.shape[1])
        device = choose_device(self.device)
        return {
            "latent_dim": self._code_size(preset),
            "image_shape": list(shape) if isinstance(shape, tuple) else shape,
            "n_samples": len(X),
            "seed": seed,
            **pretraining_settings(preset, self.get_params(deep=False)),
            "precision": str(choose_precision(device)),
            HARDWARE: hardware(device),
        }

    def _set_centers(self, centers: FloatArray, n_learnt: int | None = None) -> None:
        """Set `cluster_centers_` and `n_parameters_`. Every centre has samples.

        `n_learnt`: number of parameters in addition to the network's; None: the coordinates of the centres.
        """
        self.cluster_centers_ = centers
        trained = sum(parameter.numel() for parameter in self.network_.parameters())
        self.n_parameters_ = trained + (centers.size if n_learnt is None else n_learnt)

    def _decode(self, positions: FloatArray) -> FloatArray:
        return _array(decode_all(self.network_, as_tensor(positions, self._device())))

    def _embed(self, X: FloatArray) -> FloatArray:
        codes = _array(encode_all(self.network_, self._on(self._device(), X)))
        if not np.isfinite(codes).all():  # the last step may diverge: its loss is computed before it
            raise TrainingDivergedError("the codes are not finite; try a lower lr.")
        return codes

    def _hidden(self, X: FloatArray) -> FloatArray:
        """The output of the block of the encoder that `hidden_resolution` names, (n_samples, width)."""
        resolution = self._settings(X.shape[1]).hidden_resolution
        return _array(hidden_all(self.network_, self._on(self._device(), X), resolution))

    def _assign(self, X: FloatArray) -> IntArray:
        return nearest(self._embed(X), self.cluster_centers_)

    def _kept_options(self) -> dict[str, Any]:
        """Without the file of pretrained weights: they are in the network, and the file may be on this machine only."""
        return {**super()._kept_options(), "pretrained": None}

    def _state(self) -> dict[str, Any]:
        weights = {name: _array(weight) for name, weight in self.network_.state_dict().items()}
        return {**super()._state(), "network_": weights}

    def _restore(self, state: dict[str, Any], device: str | None) -> None:
        """Also the network, on `device`; an explicit device becomes the option, so that another fit uses it."""
        weights = state.pop("network_")
        super()._restore(state, device)
        outline = self._outline(self.n_features_in_)
        expected = {name: tuple(weight.shape) for name, weight in outline.state_dict().items()}
        came = {name: weight.shape for name, weight in weights.items()}
        for name in sorted({*expected, *came}):
            if expected.get(name) != came.get(name):
                raise OtherVersionError(f"network_.{name} is {came.get(name)}; the preset expects {expected.get(name)}")
        self.network_ = self._network(self.n_features_in_)
        self.network_.load_state_dict({name: torch.from_numpy(weight) for name, weight in weights.items()})
        zero_subnormals(self.network_)  # of a model that an earlier version has kept
        self.network_.to(_device_here(device, self.device_)).eval()
        self.device = self.device if device is None else device

    def __getstate__(self) -> dict[str, Any]:
        """For pickle and copies: the network is on the processor, so that a machine without the device can load it."""
        state: dict[str, Any] = {**super().__getstate__()}  # it may be the dict of this estimator
        if "network_" in state:
            state["network_"] = deepcopy(self.network_).cpu()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """The network is on the device of the fit if this machine has it, else on the processor."""
        super().__setstate__(state)
        if "network_" in state:
            self.network_.to(_device_here(None, self.device_))

    def _device(self) -> torch.device:
        return next(self.network_.parameters()).device

    def _on(self, device: torch.device, X: FloatArray) -> Tensor:
        """`X` on the device: the copy of this fit if `X` are its training data, else a new copy."""
        if self._uploaded is not None and self._uploaded[0] is X:
            return self._uploaded[1]
        return as_tensor(X, device)


def generator(seed: int, phase: str) -> torch.Generator:
    """The random generator of one phase of a fit. It is one of the processor, so every device gets its numbers."""
    return torch.Generator().manual_seed(phase_seed(seed, phase))


def phase_seed(seed: int, phase: str) -> int:
    """A seed for one phase, in [0, 2³²), independent of the seeds of the other phases."""
    return int(np.random.SeedSequence([seed, PHASES.index(phase)]).generate_state(1)[0])


def as_tensor(array: FloatArray | IntArray, device: torch.device) -> Tensor:
    """A copy on the device. It is a copy because PyTorch cannot share a read-only array, such as memory-mapped data."""
    return torch.tensor(array, device=device)


def _device_here(device: str | None, of_fit: str) -> torch.device:
    """The device of that name. None: the device of the fit if this machine has it, else the processor.

    Raises MethodError if this machine does not have the device.
    """
    try:
        return choose_device(of_fit if device is None else device)
    except ValueError as error:
        if device is None:
            return torch.device("cpu")
        raise MethodError(str(error)) from None


def _array(tensor: Tensor) -> FloatArray:
    array: FloatArray = tensor.detach().cpu().numpy()
    return array
