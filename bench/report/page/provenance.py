"""Where the figures of the page come from: the commands, the data, the code and the machine."""

from collections.abc import Iterable
from typing import Any

from bench.report.outcomes import Outcomes
from bench.report.page.view import PageView


def section(view: PageView) -> dict[str, Any]:
    """The commands, how the data were read, and the names and values of `provenance`."""
    manifest = view.outcomes.manifest
    return {"commands": manifest.commands, "facts": manifest.data.how_read, "provenance": provenance(view.outcomes)}


def provenance(outcomes: Outcomes) -> list[tuple[str, list[str]]]:
    """Names and values, in the order of the page; a name has each of its distinct values once."""
    manifest, data = outcomes.manifest, outcomes.manifest.data
    records = [outcome.record for outcome in outcomes.ok if outcome.record]
    environments = [record.environment for record in records]
    shape = f"{data.n_samples:,} samples of {data.n_features:,} features"
    versions = [f"{name} {version}" for e in environments for name, version in e.versions.items() if version]
    return [
        (name, values)
        for name, found in (
            ("Data", [f"{data.title}, split {data.split}: {shape}"]),
            ("Source", [data.source]),
            ("Revision", [data.revision]),
            ("Digest of the data", [data.digest]),
            ("Code of the methods", manifest.code_versions),
            ("Commit", [e.commit for e in environments]),
            ("Processor", [e.processor for e in environments]),
            ("Accelerator", [e.accelerator for e in environments]),
            ("Device", [record.device for record in records]),
            ("Precision", [record.precision for record in records]),
            ("Threads", [e.threads for e in environments]),
            ("Versions", versions),
            ("Begun", [manifest.created_at]),
        )
        if (values := _distinct(found))
    ]


def _distinct(values: Iterable[object]) -> list[str]:
    return [str(value) for value in dict.fromkeys(values) if value not in (None, "")]
