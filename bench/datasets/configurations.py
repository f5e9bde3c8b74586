"""The configurations of a data set: one of several is read."""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import datasets

from bench.datasets.listing import Listing
from bench.errors import UsageError
from bench.store.remarks import Remark, fact
from methods.registry import unknown_name


def make_builder(path: str, config: str | None, source: str, **options: Any) -> datasets.DatasetBuilder:
    """The builder of the configuration `config`, or of the default one if None.

    `options` are those of `datasets.load_dataset_builder`. Raises UsageError, which lists the configurations, if there
    is no such configuration, or if there are several and none is the default.
    """
    try:
        return datasets.load_dataset_builder(path, name=config, **options)
    except ValueError as error:
        names = _known(lambda: datasets.get_dataset_config_names(path, revision=options.get("revision")))
        check_configuration(names, config, source, error)
        raise


def check_configuration(names: Sequence[str], config: str | None, source: str, cause: Exception | None = None) -> None:
    """Raise UsageError if `config` is not one of `names`, or if it is None and there are several."""
    if config is None and len(names) > 1:
        raise UsageError(
            f"data set '{source}' has {len(names):,} configurations, and none is the default: {', '.join(names)}; "
            "choose one with --config NAME"
        ) from cause
    if config is not None and names and config not in names:
        if list(names) == ["default"]:
            raise UsageError(
                f"data set '{source}' has no configurations, and --config {config} was given; leave the option out"
            ) from cause
        raise UsageError(f"data set '{source}': --config: {unknown_name('configuration', config, names)}") from cause


def configuration_note(builder: datasets.DatasetBuilder, config: str | None, source: str) -> list[Remark]:
    """At most one remark: the default configuration that is read although there are others."""
    others = [name for name in builder.builder_configs if name != builder.config.name]
    if config is not None or not others:
        return []
    return [
        fact(
            f"data set '{source}': the configuration '{builder.config.name}' is read; --config NAME reads another one: "
            f"{', '.join(others)}"
        )
    ]


def without_others(listing: Listing, builder: datasets.DatasetBuilder, folder: Path) -> Listing:
    """The listing without the files of the configurations that are not read."""
    own = set(_files(builder.config, folder))
    others = {
        Path(file).relative_to(folder).as_posix()
        for name, config in builder.builder_configs.items()
        if name != builder.config.name
        for file in _files(config, folder)
        if file not in own and Path(file).is_relative_to(folder)
    }
    return dataclasses.replace(listing, names=tuple(name for name in listing.names if name not in others))


def _files(config: datasets.BuilderConfig, folder: Path) -> list[str]:
    files: Any = config.data_files
    if isinstance(files, datasets.data_files.DataFilesPatternsDict):
        files = files.resolve(str(folder / (config.data_dir or "")))
    return [str(file) for each in (files or {}).values() for file in each]


def _known(names: Callable[[], list[str]]) -> list[str]:
    try:
        return names()
    except Exception:  # the caller raises the first error
        return []
