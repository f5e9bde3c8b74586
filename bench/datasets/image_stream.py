"""Images as rows of pixels in [0, 1], a few at a time, for the cache."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from math import prod

import numpy as np
import numpy.typing as npt

from bench.datasets.image_sizes import several_sizes
from bench.datasets.image_texts import depth_text, frames_text, resize_text, transparency_text
from bench.datasets.pixel_arrays import BITS_8, Picture
from bench.datasets.preparation import Preparation, Steps, check_fits
from bench.datasets.resizing import resized
from bench.datasets.rows import Opener, Rows
from bench.datasets.stream import ImageStream, metadata_of
from bench.datasets.transparency import composed, with_opacity
from bench.errors import UsageError
from bench.machine.threads import choose_threads
from bench.store.reading import Reading
from bench.store.remarks import Remark, caveat, fact

_BATCH_BYTES = 32 * 2**20  # decoded pixels of one batch
_LARGEST_POOL = 4  # each thread may have one image of the largest size in memory


@dataclass(frozen=True)
class Plan:
    """What all images become. A plan is right for the first image; a later image may need another one."""

    colours: bool
    """Three channels of colour instead of one that is grey."""
    opacity: bool = False
    """A further channel for the opacity."""
    limits: tuple[float, float] | None = None
    """Black and white of images whose files do not tell it. None: not known yet; floats in [0, 1] are as they are."""
    how_read: str = ""
    """A sentence about `limits`."""

    @property
    def channels(self) -> int:
        return (3 if self.colours else 1) + self.opacity


class OtherPlanError(Exception):
    """An image does not fit the plan: all images must be read again with this plan. Without one: find the limits."""

    def __init__(self, plan: Plan, needs_limits: bool = False) -> None:
        super().__init__(plan)
        self.plan = plan
        self.needs_limits = needs_limits


@dataclass(frozen=True, eq=False)
class _Row:
    """One image as the stream writes it."""

    pixels: npt.NDArray[np.float32]
    """(height, width, channels) in [0, 1]."""
    is_transparent: bool
    is_enlarged: bool
    has_frames: bool
    deep: tuple[float, float] | None
    """White and the largest value of an image of more than 8 bits whose type tells its range; None for others."""


def image_stream(
    rows: Rows, reading: Reading, plan: Plan | None = None, learnt: Preparation | None = None
) -> ImageStream:
    """The pixels of `rows`; `plan` is the one that an OtherPlanError brought, None at first.

    Images are prepared as `learnt` says, if it is given. Raises UsageError if the first image cannot be read. The
    batches raise it, too, also for images of several sizes; they raise OtherPlanError if an image does not fit the
    plan.
    """
    first = opened_by(next(rows.read([0])))
    plan = plan or Plan(colours=first.values.shape[2] == 3)
    height, width = first.size if reading.resize is None else (reading.resize, reading.resize)
    shape = (height, width, plan.channels)
    if learnt is None:
        steps = Steps(
            kind="images",
            n_features=prod(shape),
            image_shape=shape,
            opacity=plan.opacity,
            limits=plan.limits,
            reading=reading,
        )
        learnt = Preparation(steps)
    else:
        check_fits(learnt, rows.title, "images", prod(shape), shape)
    counts = _Counts()
    return ImageStream(
        metadata_of(rows, image_shape=shape),
        rows.labels,
        _batches(rows, reading, plan, (height, width), counts),
        rows.identity,
        learnt,
        partial(_how_read, rows, reading, plan, counts),
    )


def plan_of(learnt: Preparation, source: str) -> Plan:
    """The plan of the training images. Raises UsageError if the training data were not images."""
    steps = learnt.steps
    if steps.image_shape is None:
        check_fits(learnt, source, "images", steps.n_features)
        raise TypeError("images without a shape")
    colours = steps.image_shape[2] - steps.opacity == 3
    return Plan(colours, steps.opacity, steps.limits)


def opened_by(opener: Opener) -> Picture:
    """The image of one row. Raises UsageError, with the remedy, if it cannot be read."""
    try:
        picture: Picture = opener()
    except UsageError as error:
        raise UsageError(f"{error}; --on-bad skip leaves such rows out and lists them") from error
    return picture


@dataclass
class _Counts:
    transparent: int = 0
    enlarged: int = 0
    with_frames: int = 0
    deep: int = 0
    """Images of more than 8 bits."""
    deep_limits: set[float] = field(default_factory=set)
    """Their values of white."""
    deepest: float = 0.0
    """Their largest value."""
    first_with_frames: int = 0
    """The first row whose file has several frames."""


def _how_read(rows: Rows, reading: Reading, plan: Plan, counts: _Counts) -> list[Remark]:
    n = len(rows)
    said = [
        fact(plan.how_read),
        fact(depth_text(counts.deep, counts.deep_limits, counts.deepest, n)),
        fact(resize_text(reading, counts.enlarged, n)),
        fact(transparency_text(reading, counts.transparent, n)),
        caveat(frames_text(counts.with_frames, n, rows.called(counts.first_with_frames))),
    ]
    return [remark for remark in said if remark.text]


def _batches(
    rows: Rows, reading: Reading, plan: Plan, size: tuple[int, int], counts: _Counts
) -> Iterator[npt.NDArray[np.float32]]:
    n_features = prod(size) * plan.channels
    n_rows = max(1, min(1000, _BATCH_BYTES // (4 * n_features)))
    one = partial(_row, rows=rows, reading=reading, plan=plan, size=size)
    n_threads = min(_LARGEST_POOL, choose_threads(None)) if reading.resize else 1
    with ThreadPoolExecutor(n_threads) as pool:
        for start in range(0, len(rows), n_rows):
            batch = range(start, min(start + n_rows, len(rows)))
            values = np.empty((len(batch), n_features), dtype=np.float32)
            openers = rows.read(batch)
            done = map(one, openers) if n_threads == 1 else pool.map(one, openers)
            for number, value, row in zip(batch, values, done, strict=True):
                value[:] = row.pixels.reshape(-1)
                counts.transparent += row.is_transparent
                counts.enlarged += row.is_enlarged
                if row.has_frames and not counts.with_frames:
                    counts.first_with_frames = number
                counts.with_frames += row.has_frames
                if row.deep is not None:
                    counts.deep += 1
                    counts.deep_limits.add(row.deep[0])
                    counts.deepest = max(counts.deepest, row.deep[1])
            yield values


def _row(opener: Opener, rows: Rows, reading: Reading, plan: Plan, size: tuple[int, int]) -> _Row:
    picture = opened_by(opener)
    if reading.resize is None and picture.size != size:
        raise UsageError(several_sizes(rows, size, picture.size))
    if picture.values.shape[2] == 3 and not plan.colours:
        raise OtherPlanError(replace(plan, colours=True))
    if picture.alpha is not None and reading.transparent == "channel" and not plan.opacity:
        raise OtherPlanError(replace(plan, opacity=True))
    limits = picture.limits or plan.limits
    if limits is None:
        if picture.stated or picture.values.dtype.kind != "f" or picture.values.min() < 0 or picture.values.max() > 1:
            raise OtherPlanError(plan, needs_limits=True)
        limits = (0.0, 1.0)
    pixels = finished(picture, reading, limits, plan.opacity)
    if plan.colours and picture.values.shape[2] == 1:
        pixels = np.concatenate([pixels[..., :1]] * 3 + [pixels[..., 1:]], axis=2)
    is_enlarged = reading.resize is not None and _is_smaller(picture.size, reading)
    deep = None
    if picture.limits is not None and picture.limits[1] > BITS_8[1]:
        deep = picture.limits[1], float(picture.values.max())
    return _Row(pixels, picture.alpha is not None, is_enlarged, picture.has_frames, deep)


def finished(picture: Picture, reading: Reading, limits: tuple[float, float], opacity: bool) -> npt.NDArray[np.float32]:
    """The pixels in [0, 1], composed and resized. An image of 8 bits has 8 bits until the end, as in a viewer."""
    values = picture.values
    if values.dtype != np.uint8 or limits != BITS_8 or opacity:
        values, limits = scaled(values, limits), (0.0, 1.0)
    if opacity:
        values = with_opacity(values, picture.alpha)
    elif picture.alpha is not None:
        values = composed(values, picture.alpha, limits, "black" if reading.transparent == "black" else "white")
    if reading.resize is not None:
        values = resized(values, reading.resize, reading.resize_mode, limits)
    return values if limits == (0.0, 1.0) else scaled(values, limits)


def scaled(values: npt.NDArray[np.generic], limits: tuple[float, float]) -> npt.NDArray[np.float32]:
    """The values between these limits as numbers in [0, 1]."""
    low, high = limits
    if low == 0 and high < 2**24:  # these integers are exact in float32
        whole = np.asarray(values, dtype=np.float32)
        return whole if high == 1 else whole / np.float32(high)
    return ((np.asarray(values, dtype=np.float64) - low) / (high - low)).astype(np.float32)


def _is_smaller(size: tuple[int, int], reading: Reading) -> bool:
    side = min(size) if reading.resize_mode == "crop" else max(size)
    return side < (reading.resize or 0)
