"""Makes what the page shows of the samples, from the data and the stored fits."""

import base64
import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.analysis.page_fits import EACH, StoredFit, confusions_shown
from bench.analysis.page_picture import Panel, picture
from bench.analysis.page_rows import drawn_rows, with_examples
from bench.analysis.page_sheets import MadeSheet, Tiles, sheet, small_images
from bench.analysis.page_spaces import space_of
from bench.datasets.images import ImageData
from bench.metrics.prototypes import nearest_prototypes
from bench.report.figures.som_map import u_matrix
from bench.report.figures.views import shown_images
from bench.report.page.material import (
    FORMAT_VERSION,
    ClusterSamples,
    FitMaterial,
    Map,
    Material,
    Sheet,
    Space,
)
from bench.text import start_of, visible

THUMBNAIL_BYTES, PROTOTYPE_BYTES, EXAMPLE_BYTES = 450_000, 150_000, 80_000
"""Largest size of the thumbnails or of the beginnings of texts, of all prototypes, and of all examples for readers
without JavaScript."""
MOST_PROTOTYPES = 2500
LONGEST_NAME = 40
LONGEST_EXAMPLE = 160
"""Largest number of characters of the beginning of a typical or uncertain text."""
_TEXT_LENGTHS = (160, 120, 100, 80, 60, 40)
"""Numbers of characters of the beginnings of all other texts, which are tried in turn."""
_BLOCK = 256
"""Number of samples that are made smaller at once."""


class Making:
    """One making of the material, of these fits; `contents` has its files by name."""

    def __init__(self, data: ImageData, fits: Sequence[StoredFit], left_out: list[str]) -> None:
        self.data, self.fits, self.left_out = data, fits, left_out
        self.contents: dict[str, bytes] = {}
        n_samples, n_features = data.features.shape
        n_spaces = sum(fit.embedding is not None for fit in fits) + 1
        self.drawn = drawn_rows(n_samples, n_features, 4 * n_spaces + 2 * len(fits))
        examples = [row for fit in fits for each in fit.examples for row in (*each.typical, *each.uncertain)]
        self.examples = set(examples)
        lowest = [fit.labels for fit in fits if fit.is_lowest]
        self.shown = with_examples(self.drawn, n_samples, examples, data.labels, lowest)
        self.place = {int(row): place for place, row in enumerate(self.shown)}
        self.features = np.asarray(data.features[self.drawn])
        self.thumbnails = self._thumbnails()
        self.n_lowest = len(lowest)

    def made(self) -> tuple[Material, dict[str, bytes]]:
        """The material and its files."""
        data = self.data
        spaces, numbers = self._spaces()
        shares = confusions_shown(self.fits, len(data.class_names or ()))
        fits = [self._fit(*each) for each in zip(self.fits, numbers, shares, strict=True)]
        classes = None if data.labels is None else data.labels[self.shown]
        source = np.asarray(data.row_numbers or range(len(data.features)))[self.shown]
        thumbnails = (
            None if self.thumbnails is None else self._sheet("thumbnails", sheet(self.thumbnails, THUMBNAIL_BYTES))
        )
        material = Material(
            format_version=FORMAT_VERSION,
            data_digest=data.digest,
            n_drawn=len(self.drawn),
            names=None if data.row_names is None else [_short(data.row_names[row]) for row in self.shown],
            texts=self._texts(),
            numbers=_base64(source.astype("<u4")),
            classes=None if classes is None else _base64(classes.astype("<i2")),
            thumbnails=thumbnails,
            picture=self._picture(spaces, numbers),
            spaces=spaces,
            fits=fits,
            left_out=self.left_out,
        )
        return material, self.contents

    def _texts(self) -> list[str] | None:
        texts = self.data.row_texts
        if texts is None:
            return None
        return _starts([texts[row] for row in self.shown], [row in self.examples for row in self.shown.tolist()])

    def _spaces(self) -> tuple[list[Space], list[int | None]]:
        """The spaces, and the number of the space of each fit. Methods without a space of their own share the input."""
        points: list[NDArray[np.float32]] = []
        places = []
        of_input = None
        for fit in self.fits:
            if fit.embedding is not None:
                points.append(fit.embedding[self.drawn])
            elif of_input is None:
                of_input = len(points)
                points.append(self.features)
            places.append(len(points) - 1 if fit.embedding is not None else of_input)
        made = [space_of(each, is_input=number == of_input) for number, each in enumerate(points)]
        spaces = [space for space in made if space is not None]
        numbers = {old: new for new, old in enumerate(old for old, space in enumerate(made) if space is not None)}
        if len(spaces) < len(made):
            self.left_out.append("Fits with coordinates that are not finite are absent from the scatter plot.")
        return spaces, [None if place is None else numbers.get(place) for place in places]

    def _fit(self, fit: StoredFit, space: int | None, has_counts: bool) -> FitMaterial:
        data = self.data
        labels = fit.labels[self.shown]
        counts = None
        if has_counts and data.labels is not None and data.class_names is not None:
            counts = fit.counts(data.labels, len(data.class_names))
        clusters = [
            ClusterSamples(
                cluster=each.cluster,
                typical=[self.place[row] for row in each.typical if row in self.place],
                uncertain=[self.place[row] for row in each.uncertain if row in self.place],
            )
            for each in fit.examples
        ]
        return FitMaterial(
            key=fit.record.key,
            arrays_digest=fit.record.arrays_digest,
            space=space,
            labels=_base64(labels.astype("<i1" if fit.n_clusters <= 128 else "<i2")),
            sizes=fit.sizes(),
            n_noise=int((fit.labels < 0).sum()),
            matched=fit.matched(data.labels),
            counts=counts,
            trace=fit.trace,
            is_lowest=fit.is_lowest,
            prototypes=self._prototypes(fit),
            map=self._map(fit),
            clusters=clusters,
            examples=self._examples(fit, clusters),
        )

    def _thumbnails(self) -> Tiles | None:
        shape = self.data.image_shape
        if shape is None:
            return None
        blocks = (self.shown[start : start + _BLOCK] for start in range(0, len(self.shown), _BLOCK))
        return small_images(shown_images(np.asarray(self.data.features[rows]), shape) for rows in blocks)

    def _prototypes(self, fit: StoredFit) -> Sheet | None:
        shape = self.data.image_shape
        if shape is None or fit.prototypes is None or len(fit.prototypes) > MOST_PROTOTYPES:
            return None
        grid = fit.record.grid_shape
        tiles = small_images([shown_images(fit.prototypes, shape)])
        made = sheet(tiles, PROTOTYPE_BYTES // self.n_lowest, grid[1] if grid else None)
        return self._sheet(f"prototypes-{fit.record.key}", made)

    def _map(self, fit: StoredFit) -> Map | None:
        grid = fit.record.grid_shape
        if grid is None or fit.prototypes is None or len(fit.prototypes) > MOST_PROTOTYPES:
            return None
        units = np.concatenate([nearest[:, 0] for _, nearest in nearest_prototypes(self.features, fit.prototypes, 1)])
        distances = u_matrix(fit.prototypes, grid).ravel()
        return Map(
            columns=grid[1],
            hits=np.bincount(units, minlength=len(fit.prototypes)).tolist(),
            distances=[float(f"{distance:.4g}") for distance in distances],
        )

    def _examples(self, fit: StoredFit, clusters: Sequence[ClusterSamples]) -> Sheet | None:
        """A row for each cluster: its typical samples, an empty place, and its uncertain samples."""
        if self.thumbnails is None or not clusters:
            return None
        tiles = np.full((len(clusters), 2 * EACH + 1, *self.thumbnails.shape[1:]), 255, np.uint8)
        for row, each in enumerate(clusters):
            tiles[row, : len(each.typical)] = self.thumbnails[each.typical]
            tiles[row, EACH + 1 : EACH + 1 + len(each.uncertain)] = self.thumbnails[each.uncertain]
        together = tiles.reshape(-1, *self.thumbnails.shape[1:])
        made = sheet(together, EXAMPLE_BYTES // self.n_lowest, 2 * EACH + 1)
        return self._sheet(f"examples-{fit.record.key}", made)

    def _picture(self, spaces: Sequence[Space], numbers: Sequence[int | None]) -> Sheet | None:
        by_class = self.data.labels
        panels = [
            Panel(
                f"{fit.label}, seed {fit.record.cell.seed}",
                np.frombuffer(base64.b64decode(spaces[number].points), "<u2").reshape(-1, 2),
                (fit.labels if by_class is None else by_class)[self.drawn],
            )
            for fit, number in zip(self.fits, numbers, strict=True)
            if fit.is_lowest and number is not None
        ]
        made = picture(panels)
        return None if made is None else self._sheet("scatter", made)

    def _sheet(self, name: str, made: MadeSheet) -> Sheet:
        file = f"{name}.webp"
        self.contents[file] = made.content
        return Sheet(
            file=file,
            digest=hashlib.sha256(made.content).hexdigest(),
            count=made.count,
            columns=made.columns,
            width=made.width,
            height=made.height,
        )


def _short(name: str) -> str:
    """The end of a name, without hidden characters.

    >>> _short("a" * 50)[:3], _short("rose.jpg")
    ('…aa', 'rose.jpg')
    """
    shown = visible(name)
    return shown if len(shown) <= LONGEST_NAME else f"…{shown[1 - LONGEST_NAME :]}"


def _starts(texts: Sequence[str], is_example: Sequence[bool]) -> list[str]:
    """The beginnings of the texts, without hidden characters; those of examples are longer if there are many texts."""
    for longest in _TEXT_LENGTHS:
        lengths = [LONGEST_EXAMPLE if example else longest for example in is_example]
        starts = [visible(start_of(text, length)) for text, length in zip(texts, lengths, strict=True)]
        if sum(len(start.encode()) for start in starts) <= THUMBNAIL_BYTES:
            break
    return starts


def _base64(array: NDArray[np.generic]) -> str:
    return base64.b64encode(array.tobytes()).decode()
