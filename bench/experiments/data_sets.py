"""The data sets of `--dataset`: one name, or several names separated by commas."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.datasets.catalogue import Place, locate
from bench.errors import UsageError
from bench.experiments.request import default_name
from bench.store.reading import READ_PLAIN, Reading

_LONGEST = 80
"""Most characters of the default name of a table over all."""


@dataclass(frozen=True)
class DataSets:
    """The data sets that a text names."""

    names: tuple[str, ...]
    """Each name as it was typed."""
    notes: tuple[str, ...] = ()
    """One sentence for each part of the text that could also be read in another way."""

    @property
    def several(self) -> bool:
        """Whether there is more than one."""
        return len(self.names) > 1


def parse_data_sets(text: str) -> DataSets:
    """The data sets in the value of `--dataset`, located; no data are read. `digits,` is one data set.

    A path that exists is one data set, even if it has commas in its name. Raises UsageError for the first name that is
    not valid, for a name that is empty, and if two names mean the same data set.

    >>> parse_data_sets("digits, mnist-5k").names
    ('digits', 'mnist-5k')
    >>> parse_data_sets("digits")
    DataSets(names=('digits',), notes=())
    """
    found = list(_elements(text))
    elements = found[: -1 if len(found) > 1 and not found[-1] else None]  # `digits,` is a list of one
    is_list = len(found) > 1
    if is_list and "" in elements:
        raise UsageError(f"--dataset {text} has a comma without a name before it; expected names of data sets.")
    notes = tuple(note for element in elements if "," in element and (note := _other_reading(element)))
    places: dict[object, str] = {}
    for element in elements:
        place = _located(element, text, is_list)
        if place in places:
            raise UsageError(f"--dataset {text} names {_twice(places[place], element)}; expected each data set once.")
        places[place] = element
    return DataSets(tuple(elements), notes)


def one_data_set(text: str, command: str) -> str:
    """The name in `--dataset` of a command that takes one data set. Raises UsageError as `parse_data_sets`."""
    data_sets = parse_data_sets(text)
    if data_sets.several:
        raise UsageError(
            f"`{command}` takes one data set, and --dataset {text} is a list; give the command once for each data set."
        )
    return data_sets.names[0]


def check_for_several(reading: Reading) -> None:
    """Raise UsageError if the reading has an option that can only be right for one data set."""
    if reading.labels is not None:
        raise UsageError("--labels names the rows of one data set; give the command once for each data set.")


def short_names(data_sets: Sequence[str], given: Mapping[str, str], reading: Reading = READ_PLAIN) -> dict[str, str]:
    """A short name for each data set: the one that is `given`, else the name of the results folder of a run on it.

    Raises UsageError if two data sets have the same one.

    >>> short_names(["digits", "ylecun/mnist"], {})
    {'digits': 'digits', 'ylecun/mnist': 'ylecun_mnist'}
    """
    owners: dict[str, str] = {}
    for each in data_sets:
        name = given.get(each) or default_name(each, reading)
        if name in owners:
            raise UsageError(
                f"the data sets '{owners[name]}' and '{each}' have the same short name, '{name}', and would share a "
                "results folder; give one of their folders another name."
            )
        owners[name] = each
    return {each: name for name, each in owners.items()}


def table_name(folders: Sequence[str]) -> str:
    """The default name of the table over all data sets; the order of the data sets does not matter.

    >>> table_name(["mnist-5k", "digits"]), table_name([f"set-{number}" for number in range(40)])
    ('sets-digits-mnist-5k', 'sets-set-0-and-39-others-685b4011')
    """
    ordered = sorted(folders)
    name = "-".join(["sets", *ordered])
    if len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256("\n".join(ordered).encode()).hexdigest()[:8]
    return f"sets-{ordered[0][:_LONGEST]}-and-{len(ordered) - 1}-others-{digest}"


def _elements(text: str) -> Iterator[str]:
    """The parts of the text between its commas. Adjacent parts stay together if they are a path that exists."""
    parts = text.split(",")
    start = 0
    while start < len(parts):
        ends = range(len(parts), start + 1, -1)
        end = next((end for end in ends if _exists(",".join(parts[start:end]))), start + 1)
        yield ",".join(parts[start:end]).strip()
        start = end


def _exists(text: str) -> bool:
    try:
        return bool(text.strip(" ,")) and Path(text.strip()).expanduser().exists()
    except (OSError, RuntimeError, ValueError):  # too long for a path, a home that is not known, a zero byte
        return False


def _located(element: str, text: str, is_list: bool) -> Place:
    try:
        return locate(element)
    except UsageError as error:
        if is_list:
            hint = f"; --dataset {text} is read as a list, because there is no folder '{text}'" if "/" in text else ""
            raise UsageError(f"{error}{hint}") from None
        listed = ",".join(part for part in re.split(r"[\s;+&|]+", text) if part)
        if "," in listed and _are_valid(listed.split(",")):
            raise UsageError(
                f"--dataset '{text}' is not valid; expected values separated by commas: {listed}"
            ) from None
        raise


def _other_reading(path: str) -> str | None:
    """One sentence if the parts of an existing path are names of data sets, too; else None."""
    if not _are_valid([part.strip() for part in path.split(",")]):
        return None
    return (
        f"--dataset: '{path}' is the folder of that name; with a space after each comma "
        f"('{', '.join(part.strip() for part in path.split(','))}') it is a list of data sets."
    )


def _are_valid(names: Sequence[str]) -> bool:
    try:
        return bool([locate(name) for name in names])
    except UsageError:
        return False


def _twice(first: str, second: str) -> str:
    return f"'{first}' twice" if first == second else f"the same data set twice, as '{first}' and '{second}'"
