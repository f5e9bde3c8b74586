"""The choice of the device and of the floating-point type of training."""

import re

import torch

from methods.names import unknown_name

DEVICES = ("auto", "cpu", "cuda", "mps")
_NUMBERED = re.compile(r"cuda:([0-9]{1,3})")


def choose_device(name: str) -> torch.device:
    """The device of that name; `auto` is the fastest device of this machine, `cuda:1` the second GPU.

    Raises ValueError if the name is not a text, is not one of DEVICES or a numbered GPU, or if this machine has no such
    device.
    """
    if not isinstance(name, str):
        raise ValueError(f"device={name!r} is not valid; expected one of {', '.join(DEVICES)}.")
    numbered = _NUMBERED.fullmatch(name)
    if name not in DEVICES and numbered is None:
        raise ValueError(unknown_name("device", name, DEVICES))
    gpus = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    available = [*(gpu for gpu, is_here in gpus.items() if is_here), "cpu"]  # the fastest first
    if numbered is not None and int(numbered[1]) >= (n_gpus := torch.cuda.device_count() if gpus["cuda"] else 0):
        seen = "no GPU" if n_gpus == 0 else "one GPU, cuda:0" if n_gpus == 1 else f"cuda:0 to cuda:{n_gpus - 1}"
        raise ValueError(
            f"device={name!r} is not available here: PyTorch sees {seen}; expected one of auto, "
            f"{', '.join(available)}. "
            "The environment variable CUDA_VISIBLE_DEVICES says which GPUs of the machine it sees."
        )
    if name == "auto":
        return torch.device(available[0])
    if numbered is None and name not in available:
        raise ValueError(f"device={name!r} is not available here; expected one of auto, {', '.join(available)}.")
    return torch.device(name)


def choose_precision(device: torch.device) -> torch.dtype:
    """bfloat16 if the device multiplies bfloat16 matrices in hardware, else float32.

    Processors do this with AMX or AVX-512-BF16. There, bfloat16 with channels-last memory trains the convolutional
    autoencoder about twice as fast as float32.
    """
    if device.type == "cuda":
        fast = torch.cuda.is_bf16_supported(including_emulation=False)
    elif device.type == "cpu":
        fast = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    else:
        fast = False
    return torch.bfloat16 if fast else torch.float32


def hardware(device: torch.device) -> str:
    """What decides, beside the settings, the bits of a training on that device: on CUDA, the card and cuDNN.

    On a processor it is only `cpu`, although its kind and its number of threads decide, too.

    >>> hardware(torch.device("cpu"))
    'cpu'
    """
    if device.type != "cuda":
        return device.type
    return f"{torch.cuda.get_device_name(device)}, cuDNN {torch.backends.cudnn.version()}"
