"""What the options of `compress` ask for: the fits, the forms of their models, and how they are measured."""

from dataclasses import dataclass
from pathlib import Path

from bench.analysis.compression import REFERENCE
from bench.errors import UsageError
from methods.registry import Form

PRECISIONS = ("int8",)


@dataclass(frozen=True, kw_only=True)
class CompressRequest:
    """The fits, the forms, and how they are measured."""

    method: str
    """A label of the table, or a method, which stands for all of its rows."""
    prune: str | None
    """Shares of the weights, separated by commas."""
    prune_channels: str | None
    """Shares of the channels, separated by commas."""
    quantize: str | None
    epochs: int
    samples: int | None
    """Largest number of samples that are used; None: all samples of the fit."""
    threads: int | None
    into: Path | None = None
    """A document that also gets the table."""
    force: bool = False
    """Measure again what compression.csv has already."""

    @property
    def forms(self) -> list[Form]:
        """The forms, the float32 model first. Raises UsageError if an option is not valid or none is given."""
        forms = [REFERENCE]
        forms += [Form("pruned", share) for share in _shares("--prune", self.prune)]
        forms += [Form("channels", share) for share in _shares("--prune-channels", self.prune_channels)]
        if self.quantize is not None:
            if self.quantize not in PRECISIONS:
                raise UsageError(f"--quantize {self.quantize} is not valid; expected {', '.join(PRECISIONS)}.")
            forms += [Form("onnx"), Form("int8")]
        if len(forms) == 1:
            raise UsageError("nothing to measure; give --prune 0.5,0.9, --prune-channels 0.5 or --quantize int8.")
        return forms


def _shares(option: str, text: str | None) -> list[float]:
    """The shares of an option in ascending order. Raises UsageError if one is not between 0 and 1, or given twice."""
    if text is None:
        return []
    shares = []
    for part in text.split(","):
        try:
            share = float(part)
        except ValueError:
            share = -1.0
        if not 0 < share < 1:
            raise UsageError(f"{option} {part.strip()} is not valid; expected shares between 0 and 1, such as 0.5,0.9.")
        if share in shares:
            raise UsageError(f"{option} has {share:g} twice; give each share once.")
        shares.append(share)
    return sorted(shares)
