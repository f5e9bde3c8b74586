"""The message about images of several sizes, which proposes a size for all."""

from collections import Counter

from bench.datasets.rows import Rows
from bench.errors import UsageError

_MOST_ROWS, _MOST_PIXELS = 1000, 2**27  # images that are opened for the message: a limit on time
_SIDES = (64, 32, 16, 8)


def several_sizes(rows: Rows, first: tuple[int, int], other: tuple[int, int]) -> str:
    """One line with two of the sizes (height, width), the most common and the smallest size, and `--resize`."""
    sizes = _sizes(rows)
    seen = Counter([*sizes, other] if other not in sizes else sizes)
    (common, count), *_ = seen.most_common(1)
    smallest = min(seen, key=lambda size: (size[0] * size[1], size))
    among = "" if len(sizes) == len(rows) else f" of the first {len(sizes):,} images"
    return (
        f"data set '{rows.title}' has images of several sizes (height × width): {_text(first)} and {_text(other)}; "
        f"most common {_text(common)} ({count:,}{among or f' of {len(rows):,} images'}), smallest {_text(smallest)}; "
        f"expected one size: --resize {_proposed(list(seen.elements()))} makes all images square and of one size"
    )


def _sizes(rows: Rows) -> list[tuple[int, int]]:
    """The sizes of the first images; those that cannot be read are left out."""
    sizes: list[tuple[int, int]] = []
    n_pixels = 0
    for row in range(min(len(rows), _MOST_ROWS)):
        try:
            sizes.append(next(rows.read([row]))().size)
        except UsageError:
            continue
        n_pixels += sizes[-1][0] * sizes[-1][1]
        if n_pixels > _MOST_PIXELS:
            break
    return sizes


def _proposed(sizes: list[tuple[int, int]]) -> int:
    """The largest usual side that at least half of the images have."""
    shorter = sorted(min(size) for size in sizes)
    median = shorter[(len(shorter) - 1) // 2]
    return next((side for side in _SIDES if side <= median), max(2, median))


def _text(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"
