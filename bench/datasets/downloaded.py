"""Data sets of the Hub that `datasets` has prepared before: they are opened without a network."""

import json
from dataclasses import dataclass
from pathlib import Path

import datasets
from datasets.naming import camelcase_to_snakecase
from datasets.packaged_modules.cache.cache import Cache

from bench.datasets.configurations import check_configuration
from bench.errors import UsageError


@dataclass(frozen=True)
class Downloaded:
    """One revision of one configuration in the cache of `datasets`."""

    config: str
    version: str
    commit: str
    folder: Path


def find_downloaded(hub_id: str, revision: str | None, config: str | None) -> Downloaded | None:
    """The newest download of the data set `hub_id`, or the one of the commit `revision`. None if nothing is there.

    Raises UsageError if only other revisions or other configurations are there, or several configurations and no
    `config`.
    """
    found = sorted(_downloads(hub_id), key=lambda each: each.folder.stat().st_mtime)
    if not found:
        return None
    fitting = [each for each in found if revision in (None, each.commit)]
    if not fitting:
        commits = ", ".join(f"'{each}'" for each in dict.fromkeys(each.commit for each in found))
        raise UsageError(
            f"no network: data set '{hub_id}': expected revision '{revision}', but only {commits} is downloaded; give "
            f"{hub_id} without a revision to use it, or connect to the network"
        )
    check_configuration(sorted({each.config for each in fitting}), config, f"{hub_id}, as it is downloaded,")
    return [each for each in fitting if config in (None, each.config)][-1]


def open_downloaded(hub_id: str, found: Downloaded) -> datasets.DatasetBuilder:
    """The builder of a download. The network is not used."""
    return Cache(
        dataset_name=hub_id.split("/")[-1],
        repo_id=hub_id,
        config_name=found.config,
        version=found.version,
        hash=found.commit,
    )


def _downloads(hub_id: str) -> list[Downloaded]:
    owner, _, name = hub_id.rpartition("/")
    folder = Path(datasets.config.HF_DATASETS_CACHE) / f"{owner}___{camelcase_to_snakecase(name)}"
    found = []
    for path in folder.glob("*/*/*/dataset_info.json"):
        config, version, commit = path.parent.parts[-3:]
        if json.loads(path.read_text(encoding="utf-8")).get("config_name") == config:  # without further options
            found.append(Downloaded(config, version, commit, path.parent))
    return found
