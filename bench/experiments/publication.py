"""The list of published experiments: what `publish` runs, as a TOML file."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.errors import UsageError
from bench.store.files import read_file
from bench.store.records import Positive
from methods.registry import unknown_name


class Publication(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published experiment. `make results` runs its command."""

    name: str
    command: str
    """A line for the shell, run in the folder where `publish` was called. $OPTIONS has the options of every run; the
    names of `PublicationList.data` are variables, too."""
    minutes: Positive
    """Expected, on two cores."""
    folders: list[str] = []
    """The results folders that it writes, relative to the folder of all results; empty: the one of its own name."""
    files: list[str] = []
    """Other files that it writes, relative to the folder of all results."""

    @property
    def written_folders(self) -> list[str]:
        """The results folders; empty if it only writes files."""
        return self.folders or ([] if self.files else [self.name])


class PublicationList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All published experiments, in the order in which they run."""

    experiment: list[Publication]
    data: dict[str, list[str]] = {}
    """By name of a variable of the commands, where a data set is: the first folder that exists, or else the last name,
    such as an id on the Hub."""
    check: str = ""
    """A line for the shell that checks the published figures at the end."""


def read_publications(path: Path) -> PublicationList:
    """The list in a TOML file. Raises UsageError, one line, if there is no such file or the list is not valid."""
    try:
        found = msgspec.toml.decode(read_file(path), type=PublicationList)
    except FileNotFoundError:
        raise UsageError(
            f"no file {path}; expected a list of experiments, such as docs/results/experiments.toml."
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {' '.join(str(error).split()).rstrip('.')}.") from None
    names = [each.name for each in found.experiment]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError(f"{path}: '{twice[0]}' is the name of two experiments; expected different names.")
    return found


def chosen(publications: Sequence[Publication], only: Sequence[str]) -> list[Publication]:
    """The experiments with the names in `only`, in the order of the list; all without names.

    Raises UsageError if a name is not in the list.
    """
    names = [each.name for each in publications]
    for name in only:
        if name not in names:
            raise UsageError(f"--only: {unknown_name('experiment', name, names)}")
    return [each for each in publications if not only or each.name in only]
