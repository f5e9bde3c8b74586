"""The forms in which the encoder and the centres of a fitted DEC can be stored. Imports no torch."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["float32", "pruned", "channels", "onnx", "int8"]
_NAMES: dict[Kind, str] = {
    "float32": "float32",
    "pruned": "pruned {:g}",
    "channels": "channels pruned {:g}",
    "onnx": "float32 ONNX",
    "int8": "int8 ONNX",
}


@dataclass(frozen=True)
class Form:
    """One form: the weights of the fit, or a smaller one."""

    kind: Kind
    """float32: as fitted. pruned: the smallest weights are zero. channels: whole channels of convolutions, or units of
    hidden layers, are removed. onnx: as fitted, computed by onnxruntime. int8: 8-bit integers, computed by onnxruntime.
    """
    share: float = 0.0
    """The share of the weights or channels that is pruned, 0 < share < 1; 0 for the kinds without pruning."""

    @property
    def name(self) -> str:
        """The form in tables.

        >>> Form("pruned", 0.5).name, Form("int8").name
        ('pruned 0.5', 'int8 ONNX')
        """
        return _NAMES[self.kind].format(self.share)
