"""The range of images whose files do not tell it: one range for all images, never one for each."""

from dataclasses import dataclass

from bench.datasets.image_stream import Plan, opened_by
from bench.datasets.rows import Rows
from bench.datasets.stream import DecodingCallback
from bench.errors import UsageError

_BATCH_ROWS = 100


@dataclass
class _Range:
    """The range of all images so far that do not tell theirs."""

    low: float = float("inf")
    high: float = float("-inf")
    are_stated: bool = True
    are_integers: bool = True
    first: int | None = None
    """The first image without a range."""
    first_known: int | None = None
    """The first image of 8 or 16 bits, whose range is that of its type."""


def with_limits(rows: Rows, plan: Plan, progress: DecodingCallback | None) -> Plan:
    """`plan` with the limits of all images together, which are read once.

    The limits that files state are united. Else, floats in [0, 1] are as they are, integers from 0 to 255 are divided
    by 255, and other numbers are scaled from their lowest to their highest value in the data set. Raises UsageError if
    all pixels are equal, or if images of 8 or 16 bits are among them, with which they could not be compared.
    """
    found = _scan(rows, progress)
    title, first = rows.title, rows.called(found.first or 0)
    kind = "integers" if found.are_integers else "numbers"
    if found.are_stated:
        return _planned(plan, found.low, found.high, "as the files state")
    if found.low >= 0 and found.high <= 1:
        return _planned(plan, 0, 1, "")
    if found.first_known is not None:
        raise UsageError(
            f"data set '{title}', {first}: pixels are {kind} from {found.low:g} to {found.high:g} without a declared "
            f"range, but {rows.called(found.first_known)} has 8 or 16 bits; expected one kind of pixels; convert all "
            "images to 8 or 16 bits"
        )
    if found.are_integers and found.low >= 0 and found.high <= 255:
        return _planned(plan, 0, 255, "because they are integers from 0 to 255")
    if found.low == found.high:
        raise UsageError(
            f"data set '{title}', {first}: all pixels of all images are {found.low:g}, and no range is declared; "
            "expected images that differ, or 8 or 16 bits"
        )
    return _planned(plan, found.low, found.high, "the lowest and the highest value of all images together")


def _planned(plan: Plan, low: float, high: float, reason: str) -> Plan:
    text = f"Pixels were scaled to [0, 1] from the range {low:g} to {high:g}, {reason}." if reason else ""
    return Plan(plan.colours, plan.opacity, (float(low), float(high)), text)


def _scan(rows: Rows, progress: DecodingCallback | None) -> _Range:
    found = _Range()
    for start in range(0, len(rows), _BATCH_ROWS):
        batch = range(start, min(start + _BATCH_ROWS, len(rows)))
        for row, opener in zip(batch, rows.read(batch), strict=True):
            picture = opened_by(opener)
            if picture.limits is not None:
                found.first_known = row if found.first_known is None else found.first_known
                continue
            found.first = row if found.first is None else found.first
            stated = picture.stated or (float("inf"), float("-inf"))
            found.low = min(found.low, stated[0], float(picture.values.min()))
            found.high = max(found.high, stated[1], float(picture.values.max()))
            found.are_stated &= picture.stated is not None
            found.are_integers &= picture.values.dtype.kind in "ui"
        if progress is not None:
            progress(batch[-1] + 1, len(rows))
    return found
