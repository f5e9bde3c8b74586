"""The three sections about samples: prototypes, the space of each method, and confusion matrices."""

from collections.abc import Mapping
from typing import Any

from bench.report.page.view import PageView


def prototypes(view: PageView) -> Mapping[str, Any] | None:
    """Prototypes, and the typical and uncertain samples of each cluster."""
    found = view.samples
    return {"samples": found} if found.script and (found.has_prototypes or found.has_examples) else None


def scatter(view: PageView) -> Mapping[str, Any] | None:
    """The scatter plot, or one sentence that says how to add it; it has what the script reads for all three."""
    if not any(group.ok for group in view.groups):
        return None
    found = view.samples
    return {"samples": found, "charts": {"samples": found.script} if found.script else {}}


def confusion(view: PageView) -> Mapping[str, Any] | None:
    """The confusion matrices, with examples of each field."""
    found = view.samples
    return {"samples": found} if found.script and found.has_confusion else None
