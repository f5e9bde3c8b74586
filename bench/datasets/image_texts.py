"""Sentences about how images were read: more than 8 bits, resized, with transparent pixels, or several frames."""

from collections.abc import Collection

from bench.store.reading import Reading

_MODES = {
    "crop": "the shorter side became {side} pixels, and the centre was cut out",
    "pad": "the longer side became {side} pixels, and the border repeats the outermost pixels",
}


def depth_text(n_deep: int, limits: Collection[float], largest: float, n_images: int) -> str:
    """By which numbers images of more than 8 bits were divided, and their largest value; empty if there are none.

    >>> depth_text(3, {65535.0}, 4095.0, 3)[:80]
    '3 of 3 images have more than 8 bits: they were divided by 65,535. Their largest '
    """
    if not n_deep:
        return ""
    divisors = " or ".join(f"{limit:,.0f}" for limit in sorted(limits))
    share = f"{largest / max(limits):.2g}" if len(limits) == 1 else ""
    now = f", which became {share}" if share not in ("", "1") else ""
    others = "; the others were divided by 255" if n_deep < n_images else ""
    return (
        f"{n_deep:,} of {n_images:,} images have more than 8 bits: they were divided by {divisors}. Their largest "
        f"value is {largest:,.0f}{now}{others}."
    )


def resize_text(reading: Reading, n_enlarged: int, n_images: int) -> str:
    """How images were resized; empty if they were not."""
    if reading.resize is None:
        return ""
    side = reading.resize
    how = _MODES[reading.resize_mode].format(side=side)
    enlarged = f" {n_enlarged:,} of {n_images:,} images were smaller and were enlarged." if n_enlarged else ""
    return f"Images were resized to {side} × {side} pixels ({reading.resize_mode}): {how}.{enlarged}"


def transparency_text(reading: Reading, n_transparent: int, n_images: int) -> str:
    """What became of transparent pixels; empty if there are none and nothing was asked for."""
    if not n_transparent:
        unused = "" if reading.transparent == "white" else "--transparent changed nothing"
        return f"No image has transparent pixels: {unused}." if unused else ""
    if reading.transparent == "channel":
        done = "their opacity is the last channel, and the colours are multiplied by it"
    else:
        done = f"they were composed onto {reading.transparent}"
    return f"{n_transparent:,} of {n_images:,} images have transparent pixels: {done}."


def frames_text(n_with_frames: int, n_images: int, first: str) -> str:
    """What became of files with several frames; `first` is the name of the first one. Empty if there are none."""
    if not n_with_frames:
        return ""
    return (
        f"{n_with_frames:,} of {n_images:,} images have several frames or pages, first {first}: only the first frame "
        "of each was read; save the frames as files of their own to use all of them."
    )
