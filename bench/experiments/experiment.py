"""An experiment: the methods, data set, seeds and options that the user asked for, and the cells that follow."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench.datasets.catalogue import BUNDLED
from bench.errors import UsageError
from bench.experiments.aliases import check_used, parse_aliases
from bench.experiments.cluster_counts import AUTO, Counts, counts_of, parse_counts, without_count
from bench.experiments.typed import Grid, integers, names, parse_params
from bench.store.reading import READ_PLAIN, Reading
from bench.store.records import Cell, DataSummary, Scalar, subsample_size
from methods import registry

MAX_SEEDS = 10_000
MAX_SUBSAMPLES = 1000
TABLE_PRESET = "mlp"
"""The default preset for data that are not images."""


@dataclass(frozen=True)
class Experiment:
    """Presets and latent sizes multiply only the methods that learn a representation."""

    methods: tuple[str, ...]
    dataset: str
    split: str
    reading: Reading
    seeds: tuple[int, ...]
    presets: tuple[str, ...] | None
    """None: `preset_of_images`, or `TABLE_PRESET` if the data are not images."""
    latent_dims: tuple[int, ...] | None
    """None: the latent size of each preset; for a table at most the number of features."""
    n_clusters: Counts
    """An axis like the seeds. None: the number of class names. `AUTO`: `with_count` must replace it before there are
    cells."""
    params: Grid
    folds: int | None = None
    """Number of folds of a cross-validation; None: every cell learns from all samples."""
    subsamples: int | None = None
    """Number of random subsamples, an axis like the seeds; None: every cell learns from all samples."""
    preset_of_images: str = "sha12"
    """The preset for images if `presets` is None."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """`package.module:Class` of each method that is an alias of a class, or the method of a plug-in."""

    def implementation(self, name: str) -> str:
        """The method by the name that the registry of methods knows: the class of an alias, or the name itself."""
        return self.aliases.get(name, name)

    def check_options(self) -> None:
        """Raise UsageError if a library is missing, or if options contradict each other or the preset."""
        self._check_presets(self.presets or (self.preset_of_images,))

    def _check_presets(self, presets: Sequence[str]) -> None:
        try:
            for name in self.methods:
                params, implementation = self.params.get(name, {}), self.implementation(name)
                registry.check_installed(implementation, presets, params)
                for preset, values in itertools.product(presets, _combinations(params)):
                    registry.check_together(implementation, preset, values)
        except registry.MethodError as error:
            raise UsageError(str(error)) from None

    def cells(self, data: DataSummary) -> list[Cell]:
        """All cells: one seed after the other, and for each seed the methods in the order of the request.

        A cell is one fit to be made: a method, its configuration and one seed. Raises UsageError if the experiment
        does not fit the data: too few samples, no labels to count the classes, a latent size above the number of
        features, a preset with convolutions for data that are not images, or images of a shape that a preset does not
        support.
        """
        if data.n_samples < 2:
            raise UsageError(f"data set '{data.name}' has too few samples, {data.n_samples}; expected 2 or more.")
        if self._learning:
            self._check_networks(data)
        if data.image_shape is None:
            self._check_table(self._presets(data), data)
        configurations = [configuration for name in self.methods for configuration in self._configurations(name, data)]
        self._check_sizes(configurations, data)
        subsamples: list[dict[str, Any]] = [{}]
        if self.subsamples is not None:
            subsamples = [{"subsample": number} for number in range(self.subsamples)]
        return [
            Cell(seed=seed, **subsample, **configuration)
            for seed in self.seeds
            for subsample in subsamples
            for configuration in configurations
        ]

    def _check_sizes(self, configurations: Sequence[Mapping[str, Any]], data: DataSummary) -> None:
        """Raise UsageError if an option of a network does not fit the number of samples of a cell, or of clusters."""
        n_samples = data.n_samples if self.subsamples is None else subsample_size(data.n_samples)
        try:
            for each in configurations:
                if each["preset"] is not None:
                    name = self.implementation(each["method"])
                    registry.check_size(name, each["preset"], each["params"], n_samples, each["n_clusters"])
        except registry.MethodError as error:
            raise UsageError(str(error)) from None

    def _configurations(self, name: str, data: DataSummary) -> list[dict[str, Any]]:
        """The fields of the cells of a method, without their seeds."""
        return [
            {
                "method": name,
                "n_clusters": n_clusters,
                "preset": preset,
                "latent_dim": latent_dim,
                "params": params,
                "folds": self.folds,
                **({"alias_of": self.aliases[name]} if name in self.aliases else {}),
            }
            for preset, latent_dim in self._architectures(name, data)
            for params in _combinations(self.params.get(name, {}))
            for n_clusters in self._counts(name, params, data)
        ]

    def _counts(self, name: str, params: Mapping[str, Scalar], data: DataSummary) -> tuple[int | None, ...]:
        """The numbers of clusters of the cells of a method; only None if its class gets no number of clusters."""
        if self.n_clusters == AUTO:
            raise RuntimeError("the number of clusters was not proposed yet")
        takes_count = registry.count_option(self.implementation(name), params) is not None
        return counts_of(self.n_clusters, self.folds, data, self.subsamples is not None) if takes_count else (None,)

    def with_count(self, n_clusters: int) -> "Experiment":
        """The same experiment with this number of clusters if it is to be proposed; otherwise itself."""
        return replace(self, n_clusters=(n_clusters,)) if self.n_clusters == AUTO else self

    def remarks(self, data: DataSummary) -> list[str]:
        """Lines for the user: each class that gets no number of clusters, and each smaller latent size.

        The latent size of a preset is that of the data if the data have few features.
        """
        asked = None if self.n_clusters == AUTO else self.n_clusters
        lines = [
            without_count(name, self.implementation(name), self.params.get(name, {}), asked) for name in self.methods
        ]
        if self._learning and self.latent_dims is None:
            lines += self._smaller_sizes(data)
        return [line for line in lines if line]

    def _smaller_sizes(self, data: DataSummary) -> list[str]:
        return [
            f"preset {name}: the latent size is {latent_dim} instead of {registry.preset(name).latent_dim}, because "
            f"'{data.name}' has {data.n_features} features; --latent-dims sets it."
            for name in self._presets(data)
            if (latent_dim := _latent_dim(name, data)) < registry.preset(name).latent_dim
        ]

    @property
    def _learning(self) -> list[str]:
        return [n for n in self.methods if registry.method(self.implementation(n)).learns_representation]

    def _presets(self, data: DataSummary) -> tuple[str, ...]:
        return self.presets or (self.preset_of_images if data.image_shape else TABLE_PRESET,)

    def _check_networks(self, data: DataSummary) -> None:
        presets = self._presets(data)
        self._check_presets(presets)
        if data.image_shape is None and (convolutional := [name for name in presets if registry.preset(name).blocks]):
            dense = ", ".join(name for name, preset in registry.PRESETS.items() if preset.hidden)
            raise UsageError(
                f"preset {convolutional[0]} has convolutions, which need images, and '{data.name}' has "
                f"{data.n_features} {data.feature_kind or 'columns'}; expected --preset {dense}, or --image-shape if "
                "each row is an image."
            )
        widest = max(self.latent_dims or [_latent_dim(name, data) for name in presets])
        if widest > data.n_features:
            raise UsageError(
                f"latent size {widest} is larger than the {data.n_features} features of '{data.name}'; expected at "
                f"most {data.n_features}: set --latent-dims. The networks of a report need larger images."
            )
        try:
            for name in presets:
                if data.image_shape is not None:
                    registry.check_image_shape(name, data.image_shape)
        except registry.MethodError as error:
            raise UsageError(f"data set '{data.name}': {error}") from None

    def _check_table(self, presets: Sequence[str], data: DataSummary) -> None:
        for name in self.methods:
            try:
                for preset, values in itertools.product(presets, _combinations(self.params.get(name, {}))):
                    registry.check_table(self.implementation(name), preset, values)
            except registry.MethodError as error:
                raise UsageError(
                    f"{name}: {error}, and '{data.name}' has {data.n_features} {data.feature_kind or 'columns'}; leave "
                    "it out, or give --image-shape if each row is an image."
                ) from None

    def _architectures(self, name: str, data: DataSummary) -> list[tuple[str | None, int | None]]:
        if not registry.method(self.implementation(name)).learns_representation:
            return [(None, None)]
        return [
            (preset, latent_dim)
            for preset in self._presets(data)
            for latent_dim in self.latent_dims or (_latent_dim(preset, data),)
        ]


def _latent_dim(preset: str, data: DataSummary) -> int:
    """The latent size of a preset; for data that are not images at most the number of features."""
    latent_dim = registry.preset(preset).latent_dim
    return latent_dim if data.image_shape else min(latent_dim, data.n_features)


def _combinations(grid: Mapping[str, Sequence[Scalar]]) -> list[dict[str, Scalar]]:
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def parse_experiment(
    *,
    methods: str,
    dataset: str,
    split: str,
    reading: Reading = READ_PLAIN,
    seeds: str,
    presets: str | None = None,
    latent_dims: str | None = None,
    n_clusters: str | None = None,
    params: Sequence[str] = (),
    aliases: Sequence[str] = (),
    subsamples: int | None = None,
) -> Experiment:
    """The experiment that the options of the command line describe; lists are separated by commas.

    Raises UsageError for the first option that is not valid.

    >>> parse_experiment(methods="som", dataset="digits", split="all", seeds="4,", params=["som.sigma=1,2"]).params
    {'som': {'sigma': (1.0, 2.0)}}
    """
    chosen = names("--methods", methods)
    chosen_presets = names("--preset", presets) if presets is not None else None
    classes = parse_aliases(aliases)
    check_used(classes, chosen)
    classes |= {name: plugin.target for name, plugin in registry.method_plugins().items() if name in chosen}
    try:
        for name in chosen:
            registry.method(classes.get(name, name))
        for preset in chosen_presets or ():
            registry.preset(preset)
        grid = parse_params(params, {name: classes.get(name, name) for name in chosen})
    except registry.MethodError as error:
        raise UsageError(str(error)) from None
    if subsamples is not None and not 2 <= subsamples <= MAX_SUBSAMPLES:
        raise UsageError(f"--subsamples {subsamples} is not valid; expected 2 to {MAX_SUBSAMPLES}.")
    experiment = Experiment(
        methods=chosen,
        dataset=dataset,
        split=split,
        reading=reading,
        seeds=parse_seeds(seeds),
        presets=chosen_presets,
        latent_dims=integers("--latent-dims", latent_dims, low=1) if latent_dims is not None else None,
        n_clusters=parse_counts(n_clusters),
        params=grid,
        subsamples=subsamples,
        preset_of_images=preset_of_images(dataset),
        aliases=classes,
    )
    experiment.check_options()
    return experiment


def preset_of_images(dataset: str) -> str:
    """`small` for bundled data sets, which are for quick experiments; else `sha12`, the preset of that report."""
    return "small" if dataset in BUNDLED else "sha12"


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds from a number of seeds, which start at 0, or from a list with at least one comma.

    >>> parse_seeds("3"), parse_seeds("0,4,7"), parse_seeds("4,")
    ((0, 1, 2), (0, 4, 7), (4,))
    """
    if "," in text:
        return integers("--seeds", text, low=0)
    if text == "0":
        raise UsageError("--seeds 0 means no seeds; expected 1 or more, or a list: `0,` means only seed 0.")
    if len(text.split()) < 2 and not text.strip().isdigit():
        raise UsageError(
            f"--seeds {text}: '{text}' is not valid; expected a number of seeds, such as 3, or a list, such as 0,4,7."
        )
    (count,) = integers("--seeds", text, low=1)
    if count > MAX_SEEDS:
        raise UsageError(f"--seeds {text}: {count} seeds are not valid; expected at most {MAX_SEEDS}, or a list.")
    return tuple(range(count))
