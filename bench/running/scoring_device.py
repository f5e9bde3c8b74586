"""The choice of the device on which scores are computed."""

from collections.abc import Sequence

from bench.store.records import Record


def scoring_device(asked: str, device: str | None, records: Sequence[Record]) -> str:
    """The device of the run, if it was asked for by name or a fit trained on a device; else `cpu`.

    So a run whose methods all work on the processor starts no GPU. `asked`: as in `--device`; `device`: the device that
    was chosen, None if cells run on another machine than this process.

    >>> scoring_device("auto", "cuda", []), scoring_device("cuda", "cuda", [])
    ('cpu', 'cuda')
    """
    is_used = asked != "auto" or any(record.device not in (None, "cpu") for record in records)
    return device if device is not None and is_used else "cpu"
