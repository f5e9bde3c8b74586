"""The message for a folder of files that are not read: which files they are, and how they are converted."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

READ = "images, .txt, .parquet, .arrow, .csv, .tsv, .json, .jsonl or .tar (WebDataset)"
_NAMED = 5  # endings that the message names
_ARRAYS = "write its arrays with numpy.savez, or its rows with pandas.DataFrame.to_parquet"
_CONVERSIONS = {
    ".h5": f"open it with h5py.File, and {_ARRAYS}",
    ".hdf5": f"open it with h5py.File, and {_ARRAYS}",
    ".mat": f"open it with scipy.io.loadmat, and {_ARRAYS}",
    ".pt": f"open it with torch.load, and {_ARRAYS}",
    ".pkl": f"open it with pandas.read_pickle, only if you trust its source, and {_ARRAYS}",
    ".pickle": f"open it with pandas.read_pickle, only if you trust its source, and {_ARRAYS}",
    ".tfrecord": f"open it with tensorflow.data.TFRecordDataset, and {_ARRAYS}",
    ".npz": "give the file itself: --dataset FOLDER/FILE.npz",
    ".npy": "give the file itself: --dataset FOLDER/FILE.npy",
    ".txt": "text files are read if no image and no table lies beside them; move the other files elsewhere",
    ".zip": "unpack it, and give the folder",
    ".heic": "convert it, for example to JPEG",
    ".heif": "convert it, for example to JPEG",
    ".xlsx": "open it with pandas.read_excel, and write it with to_parquet",
}


def not_read(names: Sequence[str], source: str) -> str:
    """The message for a data set none of whose files `names` is read."""
    counts = Counter(_ending(name) for name in names)
    kinds = ", ".join(f"{count:,} × {ending or 'no ending'}" for ending, count in counts.most_common(_NAMED))
    more = ", …" if len(counts) > _NAMED else ""
    start = f"cannot read data set '{source}': its folder has no files that are read; expected {READ}"
    return f"{start}, got {kinds or 'no files'}{more}{conversion(names)}"


def conversion(names: Sequence[str]) -> str:
    """The remedy for the most frequent kind of file that can be converted; empty if there is none."""
    for ending, _ in Counter(_ending(name) for name in names).most_common():
        if ending in _CONVERSIONS:
            return f"; {ending}: {_CONVERSIONS[ending]}"
    return ""


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
