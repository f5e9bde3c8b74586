"""Loads a pretrained model, and gives a function from images or texts to features."""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from bench.datasets.features.models import PretrainedModel
from bench.datasets.features.weights import Weights
from bench.datasets.hub import one_line
from bench.errors import UsageError

Encoder = Callable[[Sequence[Any]], npt.NDArray[np.float32]]
"""From images of Pillow in RGB, or texts, to features, (n, n_dimensions)."""


def load_encoder(model: PretrainedModel, weights: Weights, device: str) -> Encoder:
    """The function that computes features with a model on `device`, in float32 and without gradients.

    No program of the model is run, and the global random state is not changed. Raises UsageError if the library cannot
    read the model.
    """
    load = {
        "timm": _timm_encoder,
        "transformers": _transformers_encoder,
        "sentence-transformers": _sentence_encoder,
    }[model.library.name]
    try:
        with _quiet_and_isolated():
            return load(str(weights.folder), device)
    except UsageError as error:
        raise UsageError(f"--features {model.text}: {error}") from error
    except Exception as error:  # the libraries raise many kinds for a model that they cannot read
        raise UsageError(
            f"--features {model.text}: {model.library.name} cannot read the model ({one_line(error)})"
        ) from error


@contextmanager
def _quiet_and_isolated() -> Iterator[None]:
    """No messages of the libraries, and no change of torch's random state: they draw weights before they load them."""
    loggers = [logging.getLogger(name) for name in ("transformers", "sentence_transformers", "timm")]
    levels = [logger.level for logger in loggers]
    with torch.random.fork_rng(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def _timm_encoder(folder: str, device: str) -> Encoder:
    import timm

    network = timm.create_model(f"local-dir:{folder}", pretrained=True, num_classes=0).eval().to(device)
    transform = timm.data.create_transform(**timm.data.resolve_model_data_config(network), is_training=False)

    @torch.inference_mode()
    def encode(pictures: Sequence[Any]) -> npt.NDArray[np.float32]:
        batch = torch.stack([transform(picture) for picture in pictures])
        return _numbers(network(batch.to(device)))

    return encode


def _transformers_encoder(folder: str, device: str) -> Encoder:
    import transformers

    transformers.utils.logging.disable_progress_bar()
    settings = {"trust_remote_code": False, "local_files_only": True}
    network, loaded = transformers.AutoModel.from_pretrained(
        folder, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **settings
    )
    # the pooling layer is missing in many files, and then its weights would be random: it is not used
    missing = sorted(name for name in loaded["missing_keys"] if "pooler" not in name)
    if missing or loaded["mismatched_keys"]:
        raise UsageError(f"its files lack weights, such as {(missing or list(loaded['mismatched_keys']))[0]!r}")
    network = network.eval().to(device)
    # Pillow's resizing, also where torchvision is installed: the same features everywhere
    processor = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil", **settings)
    has_pooler = not loaded["missing_keys"]

    @torch.inference_mode()
    def encode(pictures: Sequence[Any]) -> npt.NDArray[np.float32]:
        pixels = processor(images=list(pictures), return_tensors="pt")["pixel_values"].to(device)
        if hasattr(network, "get_image_features"):  # a model of images and texts, such as CLIP
            output = network.get_image_features(pixel_values=pixels)
            return _numbers(output if isinstance(output, torch.Tensor) else output.pooler_output)
        return _numbers(_pooled(network(pixel_values=pixels), has_pooler))

    return encode


def _pooled(output: Any, has_pooler: bool) -> torch.Tensor:
    """One vector for each image: that of the model's pooling layer, or else the mean over all places of the image."""
    pooled: torch.Tensor | None = getattr(output, "pooler_output", None)
    if has_pooler and pooled is not None:
        return pooled
    last: torch.Tensor = output.last_hidden_state  # (n, tokens, width), or (n, channels, height, width)
    return last.mean(dim=1) if last.ndim == 3 else last.mean(dim=(2, 3))


def _sentence_encoder(folder: str, device: str) -> Encoder:
    import sentence_transformers
    import transformers

    transformers.utils.logging.disable_progress_bar()
    network = sentence_transformers.SentenceTransformer(
        folder,
        device=device,
        trust_remote_code=False,
        local_files_only=True,
        model_kwargs={"use_safetensors": True, "dtype": torch.float32},
    ).eval()

    @torch.inference_mode()
    def encode(texts: Sequence[Any]) -> npt.NDArray[np.float32]:
        vectors = network.encode(list(texts), batch_size=len(texts), show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(vectors, dtype=np.float32)

    return encode


def _numbers(features: torch.Tensor) -> npt.NDArray[np.float32]:
    values: npt.NDArray[np.float32] = features.flatten(1).float().cpu().numpy()
    return values
