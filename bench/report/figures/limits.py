"""The limits of the figures: how many things of one kind a figure can show so that people can read it.

The limits also bound the memory and the time of a figure, whatever the experiment is. Imports no plotting library.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.metrics.declarations import all_metrics
from bench.report.figures.histories import is_computed
from bench.report.figures.views import CompressionView, DataView, FitsView, FitView, IndexView, KView
from bench.report.groups import group
from bench.report.outcomes import Outcomes
from bench.report.sets_view import SetsView
from bench.store import arrays as names


@dataclass(frozen=True)
class Limit:
    """The largest number of things of one kind in one figure."""

    things: str
    """Their name in the plural."""
    highest: int
    count: Callable[[Any], int]
    """The number of these things in a view; 0 if the figure has nothing to show."""
    shows_first: bool = False
    """Whether a figure of more things shows the first ones; otherwise it is left out."""

    def note(self, view: object) -> str | None:
        """How many things there are, and how many a figure can show; None if it can show all of `view`."""
        count = self.count(view)
        return f"{count:,} {self.things}, at most {self.highest:,} are readable" if count > self.highest else None


def _rows_with(metrics: set[str], outcomes: Outcomes) -> int:
    """The number of rows of the tables; 0 if no row has a value of any of `metrics`."""
    has_value = any(not metrics.isdisjoint(outcome.scores) for outcome in outcomes.ok)
    return len(group(outcomes.all)) if has_value else 0


def _rows_with_agreement(outcomes: Outcomes) -> int:
    return _rows_with({metric.name for metric in all_metrics() if metric.kind == "external"}, outcomes)


def _rows_with_silhouette(outcomes: Outcomes) -> int:
    return _rows_with({"silhouette_input", "silhouette_own"}, outcomes)


def _histories(outcomes: Outcomes) -> list[dict[str, list[float | None]]]:
    return [
        outcome.record.history for outcome in outcomes.ok if outcome.record and any(outcome.record.history.values())
    ]


def _history_names(outcomes: Outcomes) -> int:
    histories = _histories(outcomes)
    return len({name for history in histories for name, values in history.items() if is_computed(name, values)})


def _history_values(outcomes: Outcomes) -> int:
    return sum(len(values) for history in _histories(outcomes) for values in history.values())


def _rows_with_history(outcomes: Outcomes) -> int:
    return len(group([o for o in outcomes.ok if o.record and any(o.record.history.values())]))


def _data_classes(view: DataView) -> int:
    return max(map(len, view.class_counts.values()), default=0)


def _parts(view: DataView) -> int:
    return len(view.class_counts)


def _compared_fits(view: FitsView) -> int:
    return view.n_compared


def _compared_rows(view: FitsView) -> int:
    return sum(any(outcome.cell.labels_all_samples for outcome in each.ok) for each in view.groups)


def _rows_in_time(view: FitsView) -> int:
    return 0 if view.timeline.empty else len(view.groups)


def _points_in_time(view: FitsView) -> int:
    return len(view.timeline)


def _classes(view: FitView) -> int:
    return 0 if view.class_names is None else len(view.class_names)


def _clusters_beside_classes(view: FitView) -> int:
    return 0 if view.class_names is None else len(view.clusters)


def _if_embedded(count: Callable[[FitView], int]) -> Callable[[FitView], int]:
    return lambda view: count(view) if names.EMBEDDING in view.arrays else 0


def _all_clusters(view: FitView) -> int:
    return len(view.clusters)


def _units(view: FitView) -> int:
    return 0 if view.hits is None or view.image_shape is None else view.hits.size


def _centres(view: FitView) -> int:
    return 0 if view.cluster_prototypes is None or view.hits is not None else len(view.cluster_prototypes)


def _example_clusters(view: FitView) -> int:
    return 0 if view.assignments is None or view.image_shape is None else len(view.clusters)


def _rows_of_k(view: KView) -> int:
    return len(view.rows)


def _rows_of_sets(view: SetsView) -> int:
    return len(view.labels)


def _partitions(view: IndexView) -> int:
    return len(view.matrix)


def _spaces(view: IndexView) -> int:
    return len(view.matrix.columns)


def _rows_of_models(view: CompressionView) -> int:
    return int(view.frame["label"].nunique())


def _forms(view: CompressionView) -> int:
    return int(view.frame["form"].nunique())


WIDEST = 8.0
"""Largest width of a figure in inches: that of a page, and 1,600 pixels of a PNG file."""
MAX_FITS = 120
"""Largest number of fits that are compared with each other: 7,140 pairs, a minute and a half with 70,000 samples."""
MAX_CENTRES = 100
"""Largest number of centres that are drawn."""
LABELS = (Limit("rows", 100, _rows_with_agreement),)
SILHOUETTES = (Limit("rows", 100, _rows_with_silhouette),)
TRAINING = (
    Limit("rows", 60, _rows_with_history),
    Limit("histories", 30, _history_names),
    Limit("values", 2_000_000, _history_values),
)
CLASSES = (Limit("classes", 100, _data_classes), Limit("parts", 10, _parts))
AGREEMENT = (Limit("fits", MAX_FITS, _compared_fits), Limit("rows", 30, _compared_rows))
TIME_TO_ACCURACY = (Limit("rows", 60, _rows_in_time), Limit("points", 100_000, _points_in_time))
CONFUSION = (Limit("classes", 60, _classes), Limit("clusters", 60, _clusters_beside_classes))
MAP = (Limit("units", 10_000, _units),)
CENTRES = (Limit("clusters", MAX_CENTRES, _centres, shows_first=True),)
MAX_EXAMPLES = 30
"""Largest number of clusters whose typical and uncertain images are drawn."""
EXAMPLES = (Limit("clusters", MAX_EXAMPLES, _example_clusters, shows_first=True),)
K = (Limit("rows", 30, _rows_of_k),)
TSNE = (Limit("classes", 100, _if_embedded(_classes)), Limit("clusters", 100, _if_embedded(_all_clusters)))
RANKS = (Limit("rows", 60, _rows_of_sets),)
CRITICAL_DIFFERENCE = (Limit("rows", 20, _rows_of_sets),)
COMPRESSION = (Limit("rows", 10, _rows_of_models), Limit("forms", 20, _forms))
INDEX = (Limit("partitions", 60, _partitions), Limit("spaces", 30, _spaces))
