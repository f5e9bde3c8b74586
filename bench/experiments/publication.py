"""The list of published experiments: what `publish` runs, as a TOML file."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path, PurePosixPath

import msgspec

from bench.errors import UsageError
from bench.store.files import read_file
from bench.store.records import Positive
from bench.store.store import FOLDER_NAME
from methods.registry import unknown_name

RESERVED = ("published.csv", "index.html")
"""Files in the folder of all results that no experiment writes."""
_FORM = "expected [[experiment]] with name, command, minutes and perhaps folders and files; data, needs and check"
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_OURS = ("OPTIONS", "PATH")
"""Variables that the commands have in any case."""


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
    needs: list[str] = []
    """Files or folders that the commands need in the folder where `publish` is called."""
    check: str = ""
    """A line for the shell that checks the published figures at the end."""


def read_publications(path: Path) -> PublicationList:
    """The list in a TOML file. Raises UsageError, one line, if there is no such file or the list is not valid."""
    if not path.is_file():
        what = f"{path} is not a file" if path.exists() else f"no file {path}"
        raise UsageError(f"{what}; expected a list of experiments, such as docs/results/experiments.toml.")
    try:
        found = msgspec.toml.decode(read_file(path).decode("utf-8-sig"), type=PublicationList)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {' '.join(str(error).split()).rstrip('.')}; {_FORM}.") from None
    for problem in _problems(found):
        raise UsageError(f"{path}: {problem}.")
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


def _problems(found: PublicationList) -> Iterator[str]:
    """What is wrong with a list of the right form."""
    if not found.experiment:
        yield f"there is no experiment; {_FORM}"
    names = [each.name for each in found.experiment]
    for name in names:
        if not FOLDER_NAME.fullmatch(name):
            yield f"name {name!r}; expected letters, digits, '.', '_' and '-', starting with a letter or a digit"
        if names.count(name) > 1:
            yield f"'{name}' is the name of two experiments; expected different names"
    for each in found.experiment:
        if not each.command.strip() or "\0" in each.command:
            yield f"experiment '{each.name}' has no command that a shell can read"
    for variable, places in found.data.items():
        if not _VARIABLE.fullmatch(variable) or variable in _OURS:
            yield f"data: {variable!r}; expected capital letters, digits and '_', but not {' or '.join(_OURS)}"
        if not places or not all(place and "\0" not in place for place in places):
            yield f"data: {variable} has no folder or name of a data set"
    yield from _problems_of_paths(found.experiment)


def _problems_of_paths(experiments: Sequence[Publication]) -> Iterator[str]:
    written = [
        (each.name, path, PurePosixPath(path)) for each in experiments for path in (*each.written_folders, *each.files)
    ]
    for name, path, pure in written:
        is_plain = str(pure) == path != "." and all(FOLDER_NAME.fullmatch(part) for part in pure.parts)
        if not is_plain or path in RESERVED:
            yield f"experiment '{name}' writes {path!r}; expected a path in the folder of results, such as mnist/som"
    for (one, path, pure), (other, second, second_pure) in combinations(written, 2):
        if pure == second_pure or pure in second_pure.parents or second_pure in pure.parents:
            of = f"experiment '{one}'" if one == other else f"the experiments '{one}' and '{other}'"
            yield f"{of} would write '{path}' and '{second}'; expected folders and files apart from each other"
