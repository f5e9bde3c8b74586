"""The files that are read as a data set, by the endings of their names. Loads no heavy library."""

from pathlib import Path

from bench.errors import UsageError

TEXT_TABLES = (".csv", ".tsv", ".data", ".csv.gz", ".tsv.gz", ".data.gz")
"""Lines of values; `.data` is the ending of the UCI repository."""
TABLES = (*TEXT_TABLES, ".parquet", ".feather", ".arff")
ARRAYS = (".npz", ".npy")
READ = (*TABLES, *ARRAYS)

_FRAME = "import pandas; pandas.read_{reader}('{file}'{options}).to_parquet('{stem}.parquet')"
_ARRAYS = "import {module}, numpy; data = {opened}; numpy.savez('{stem}.npz', X=data['KEY'][:], y=data['KEY'][:])"
_CONVERSIONS = {
    ".xlsx": "excel",
    ".xls": "excel",
    ".ods": "excel",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".sav": "spss",
    ".dta": "stata",
    ".sas7bdat": "sas",
    ".orc": "orc",
    ".pkl": "pickle",
    ".pickle": "pickle",
}
"""Reader of pandas by ending."""
_OPENED = {
    ".mat": ("scipy.io", "scipy.io.loadmat('{file}')"),
    ".h5": ("h5py", "h5py.File('{file}')"),
    ".hdf5": ("h5py", "h5py.File('{file}')"),
}
"""Module and expression that opens the file, by ending."""


def ending(name: str) -> str:
    """The ending in small letters, with the one before `.gz`.

    >>> ending("Wine.CSV.gz"), ending("wine.data"), ending("wine")
    ('.csv.gz', '.data', '')
    """
    suffixes = [each.lower() for each in Path(name).suffixes]
    return "".join(suffixes[-2:]) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])


def stem(name: str) -> str:
    """The name of a file without its folder and its ending.

    >>> stem("data/wine.csv.gz")
    'wine'
    """
    base = Path(name).name
    return base[: len(base) - len(ending(base))] or base


def check_format(path: Path) -> None:
    """Raise UsageError if files with this ending are not read; the line says how the file is converted."""
    kind = ending(path.name)
    if kind in READ:
        return
    expected = f"expected a file that ends in {', '.join(READ)}, or a folder"
    raise UsageError(f"data set '{path.name}' is a file of another kind; {expected}{_conversion(path, kind)}")


def _conversion(path: Path, kind: str) -> str:
    values = {"file": path.name, "stem": stem(path.name)}
    if kind in _CONVERSIONS:
        warning = (
            "; only if you trust the file, because a pickle can run programs" if _CONVERSIONS[kind] == "pickle" else ""
        )
        values["options"] = ", lines=True" if kind in (".jsonl", ".ndjson") else ""
        return f". In Python, this converts it: {_FRAME.format(reader=_CONVERSIONS[kind], **values)}{warning}"
    if kind in (".txt", ".dat", ".tab"):
        return ". If it has lines of values, rename it to end in .csv: the separator is found"
    if kind in _OPENED:
        module, opened = _OPENED[kind]
        opened = opened.format(**values)
        return f". In Python, this converts it: {_ARRAYS.format(module=module, opened=opened, **values)}"
    if kind in (".zip", ".tar", ".tar.gz", ".tgz", ".rar", ".7z"):
        return ". Unpack it, and give the folder"
    return ""
