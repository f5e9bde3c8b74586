"""The fitted model of a finished cell, loaded from the results folder."""

from bench.errors import UsageError
from bench.report.outcomes import Outcome
from bench.store.store import Store
from methods import registry


def stored_model(store: Store, fit: Outcome, title: str, device: str | None = None) -> "registry.Clusterer":
    """The fitted estimator of a cell that has finished; `title` names the fit in messages.

    `device`: where a network computes; None: as in the fit, if this machine has this device. Raises UsageError, with
    the reason, if the fit has no model, and MethodError if the model is damaged or this machine lacks the device.
    """
    if fit.record is not None and fit.record.plugin and registry.plugin_of(fit.cell.implementation) is None:
        raise UsageError(f"{title} needs plug-in {fit.record.plugin}, which is not installed; install it.")
    if not registry.keeps_model(fit.cell.implementation):
        raise UsageError(
            f"{title} has no model: models of classes of other packages are not kept; registered methods: "
            f"{', '.join(registry.METHODS)}; a plug-in's class is kept if it is a subclass of methods.base.Clusterer."
        )
    if fit.cell.folds is not None:
        raise UsageError(f"{title} has no model: those of a cross-validation are not kept; expected a fit of run.")
    if fit.cell.is_subsampled:
        raise UsageError(f"{title} has no model: those of subsamples are not kept; expected a fit of all samples.")
    record = store.finished(fit.cell)
    if record is None or not store.has_model(record):
        raise UsageError(
            f"{title} has no model: the fit was made with --no-models or by an older version, or its files were "
            "removed; give the command of the run again with --force."
        )
    return registry.load_model(store.model_path(fit.cell.key), device)
