"""The values of plug-ins' metrics for one fit. A function that fails has no value and a reason."""

from dataclasses import fields, replace
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.metrics.fit import Fit
from bench.metrics.metric import Metric
from bench.store.records import LARGEST, Failure, failure_of


class PluginValues:
    """Computes the metrics of plug-ins for one fit.

    Their functions get arrays that cannot be changed. Only those of the kind `external` get the true labels.
    """

    def __init__(self, fit: Fit) -> None:
        """`fit` itself stays as it is."""
        self._labelled = replace(fit, **_read_only_arrays(fit))
        self._unlabelled = replace(self._labelled, true_labels=None)

    def value(self, metric: Metric) -> float | Failure | None:
        """The value; None if it is not defined; the reason if the function fails or its value is not valid."""
        fit = self._labelled if metric.kind == "external" else self._unlabelled
        if any(fit.lacks(need) for need in metric.needs):
            return None
        try:
            return _checked(metric.load()(fit), metric)
        except (Exception, SystemExit) as error:  # the function of a plug-in may raise anything
            return failure_of(error)


def _read_only_arrays(fit: Fit) -> dict[str, Any]:
    named = {field.name: getattr(fit, field.name) for field in fields(fit)}
    return {name: _read_only(value) for name, value in named.items() if isinstance(value, np.ndarray)}


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view


def _checked(value: object, metric: Metric) -> float | None:
    """The value as a float. Raises ValueError if it is neither None nor a finite number within the bounds."""
    if value is None:
        return None
    if not isinstance(value, Real):
        raise ValueError(f"the function returned a value of the type {type(value).__name__}; expected a float or None")
    number, (low, high) = float(value), metric.bounds
    if not isfinite(number):
        raise ValueError(f"the function returned {number}; expected a finite number, or None if it is not defined")
    if not max(low, -LARGEST) <= number <= min(high, LARGEST):
        raise ValueError(f"the function returned {number}; expected {low:g} to {high:g}, the bounds of the metric")
    return number
