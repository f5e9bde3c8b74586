"""Ways to damage or to forge one results folder, drawn by hypothesis, and the folder that they start from."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from hypothesis import strategies as st

from bench.cli.app import main
from bench.store.archive import pack, unpack
from bench.store.encoding import encode
from bench.store.records import Cell

RUN = (
    "run --dataset digits --seeds 2 --threads 1 --methods kmeans,som,dec --param dec.pretrain_epochs=1 "
    "--param dec.epochs=1 --param dec.keep_labels=true --param som.n_steps=200 --param som.rows=4 "
    "--param som.columns=4"
)
ONE, TWO = "one", "two"
"""Two experiments with the same cells: the first one is damaged, the second one gives it wrong files."""
KINDS = {
    "manifest": "manifest.json",
    "record": "cells/*.json",
    "arrays": "cells/*.npz",
    "scores": "scores/*.json",
    "attempt": "attempts/*/*.json",
    "lock": "locks/*/*.json",
}
"""Kind of a stored file → its places in the folder of the experiment."""
STRANGE: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 2, 3, 1797, 2**31, 2**32, 2**53, 2**53 + 1, 2**63, 10**25, 1e308, -1e308, 1e149, 1e-320),
    *(0.5, "", "a", "../../outside", "/etc/passwd", "a" * 100_000, "\x1b]0;x\x07\x1b[31m", "a\nb", "\u202eabc", "\0"),
    *("$\\frac$", "<b>|`*", "stranger:Class", "stranger", "NaN", "ok", "failed", "superseded", "=1+1"),
    *([], {}, [[]], ["x"], ["a"] * 1000, [1e150, None, -1e150], {"a": 1}, {"../x": "y"}, [1, 1], [0, 0], [2**53] * 2),
)
"""Values that a forger could write."""


@dataclass(frozen=True)
class Mutation:
    """One change of the folder `results/one`."""

    description: str
    is_forged: bool
    """Whether the changed files have the digests that a forger would give them."""
    apply: Callable[[Path], None]
    """Takes the folder that contains the experiments."""

    def __repr__(self) -> str:
        return self.description


def make_experiments(folder: Path, names: Sequence[str] = (ONE, TWO)) -> None:
    """Run experiments with equal cells in `folder`."""
    for name in names:
        code = main([*RUN.split(), "--results-dir", str(folder), "--name", name])
        assert code == 0


def files_of(folder: Path, kind: str, experiment: str = ONE) -> list[Path]:
    """The files of one kind, relative to `folder`."""
    return sorted(path.relative_to(folder) for path in (folder / experiment).glob(KINDS[kind]))


def tree_of(path: Path) -> Any:
    """The JSON content of a stored file, without its digest."""
    tree = json.loads(path.read_bytes())
    tree.pop("digest")
    return tree


@st.composite
def damages(draw: st.DrawFn, folder: Path) -> Mutation:
    """Damage without a new digest: a disk, a crash or a careless user."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    path = draw(st.sampled_from(files_of(folder, kind)))
    size = (folder / path).stat().st_size
    how = draw(st.sampled_from(sorted(_CHANGES)))
    position = draw(st.integers(0, max(0, size - 1)))
    number = draw(st.integers(1, 255))

    def apply(target: Path) -> None:
        content = (target / path).read_bytes()
        (target / path).write_bytes(_CHANGES[how](content, position, number))

    return Mutation(f"{how} {path} at {position} by {number}", False, apply)


_CHANGES: dict[str, Callable[[bytes, int, int], bytes]] = {
    "flip": lambda content, at, by: content[:at] + bytes([content[at] ^ by]) + content[at + 1 :],
    "truncate": lambda content, at, by: content[:at],
    "extend": lambda content, at, by: content + bytes([by]) * (at + 1),
    "zeros": lambda content, at, by: content[:at] + bytes(len(content) - at),
    "insert": lambda content, at, by: content[:at] + bytes([by]) + content[at:],
    "remove a byte": lambda content, at, by: content[:at] + content[at + 1 :],
    "nest": lambda content, at, by: b'{"a":' * 100_000,
    "nest inside": lambda content, at, by: content[:at] + b"[" * 100_000 + content[at:],
    "not UTF-8": lambda content, at, by: content[:at] + b"\xff\xfe\xed\xa0\x80" + content[at:],
}


@st.composite
def movements(draw: st.DrawFn, folder: Path) -> Mutation:
    """Files that are swapped, copied, removed or replaced by a folder."""
    kinds = [kind for kind in sorted(KINDS) if kind != "lock"]
    kind = draw(st.sampled_from(kinds))
    path = draw(st.sampled_from(files_of(folder, kind)))
    how = draw(st.sampled_from(["swap", "swap", "swap", "copy", "copy", "remove", "folder"]))
    other_kind = draw(st.sampled_from([kind, kind, kind, *kinds]))
    other_experiment = draw(st.sampled_from([ONE, TWO]))
    other = draw(st.sampled_from(files_of(folder, other_kind, other_experiment)))
    name = draw(st.sampled_from(["0002.json", "0000.json", "0010.json", "1.json", "copy.json", "999999999.json"]))

    def apply(target: Path) -> None:
        if how == "swap":
            one, two = (target / path).read_bytes(), (target / other).read_bytes()
            (target / path).write_bytes(two)
            (target / other).write_bytes(one)
        elif how == "copy":
            shutil.copy(target / other, (target / path).with_name(name))
        else:
            (target / path).unlink()
            if how == "folder":
                (target / path).mkdir()
                (target / path / "file").write_text("x")

    words = {"swap": f"with {other}", "copy": f"{other} beside it as {name}", "remove": "", "folder": ""}
    return Mutation(f"{how} {path} {words[how]}", False, apply)


@st.composite
def forgeries(draw: st.DrawFn, folder: Path) -> Mutation:
    """One field of a file of records is changed, and the digest is made again."""
    kind = draw(st.sampled_from([kind for kind in sorted(KINDS) if kind != "arrays"]))
    path = draw(st.sampled_from(files_of(folder, kind)))
    place = draw(st.sampled_from(sorted(_places(tree_of(folder / path)), key=str)))
    change = draw(_tree_changes(place))

    def apply(target: Path) -> None:
        tree = tree_of(target / path)
        change.apply(tree)
        (target / path).write_bytes(encode(tree))

    return Mutation(f"forge {path}: {change.description}", True, apply)


@st.composite
def forged_cells(draw: st.DrawFn, folder: Path) -> Mutation:
    """A field of a cell is changed in all files, which get the new key of the cell."""
    number = draw(st.integers(0, 5))
    fields = sorted(Cell.__struct_fields__)
    field = draw(st.sampled_from(fields))
    value = draw(st.sampled_from([*STRANGE, {"n_steps": 1e308, "seed": 1}, {"param_seed": 1, "seed": 2, "label": 3}]))

    def apply(target: Path) -> None:
        manifest = tree_of(target / ONE / "manifest.json")
        old = msgspec.convert(manifest["cells"][number], Cell).key
        manifest["cells"][number][field] = value
        try:
            new = msgspec.convert(manifest["cells"][number], Cell).key
        except (msgspec.ValidationError, ValueError):
            new = old
        cell = manifest["cells"][number]
        (target / ONE / "manifest.json").write_bytes(encode(manifest))
        for path in [*(target / ONE).glob(f"*/{old}.json"), *(target / ONE).glob(f"attempts/{old}/*.json")]:
            tree = tree_of(path) | {"key": new}
            path.write_bytes(encode(tree | {"cell": cell} if "cell" in tree else tree))
        for path in list((target / ONE).glob(f"*/{old}*")):
            path.rename(path.with_name(path.name.replace(old, new)))

    return Mutation(f"forge cell {number}: {field} = {str(value)[:60]!r}", True, apply)


ARRAYS: dict[str, Callable[[Any], Any]] = {
    "float": lambda array: array.astype(np.float64) + 0.5,
    "nan": lambda array: np.full(array.shape, np.nan),
    "huge": lambda array: np.full(array.shape, 1e300),
    "huge single": lambda array: np.full(array.shape, 3e38, np.float32),
    "negative": lambda array: -np.ones_like(array) * 5,
    "large labels": lambda array: array.astype(np.int64) + 2**62,
    "shorter": lambda array: array[:-1],
    "longer": lambda array: np.concatenate([array, array[:1]]),
    "empty": lambda array: array[:0],
    "number": lambda array: np.array(1),
    "flat": lambda array: array.ravel(),
    "deeper": lambda array: array[None],
    "transposed": lambda array: np.ascontiguousarray(array.T),
    "text": lambda array: np.full(array.shape, "x"),
    "complex": lambda array: array.astype(np.complex64),
    "bool": lambda array: array.astype(bool),
    "uint8": lambda array: array.astype(np.uint8),
    "fields": lambda array: np.zeros(array.shape, [("a", "<f4"), ("b", "<i8")]),
    "dates": lambda array: np.zeros(array.shape, "M8[s]"),
    "zeros": lambda array: np.zeros_like(array),
    "big-endian": lambda array: array.astype(array.dtype.newbyteorder(">")),
}


@st.composite
def forged_arrays(draw: st.DrawFn, folder: Path) -> Mutation:
    """An array is replaced or removed, and the record has the digest and the size of the new file."""
    path = draw(st.sampled_from(files_of(folder, "arrays")))
    names = sorted(unpack((folder / path).read_bytes()))
    name = draw(st.sampled_from(names))
    how = draw(st.sampled_from(["remove", "rename", "header", *sorted(ARRAYS)]))
    header = draw(st.binary(max_size=40))
    scores = draw(st.booleans())

    def apply(target: Path) -> None:
        arrays = unpack((target / path).read_bytes())
        array = arrays.pop(name)
        if how in ARRAYS:
            arrays[name] = ARRAYS[how](array)
        elif how == "rename":
            arrays["../../outside"] = array
        content = bytes(pack(arrays))
        if how == "header":
            at = content.index(b"{'descr'")
            content = content[:at] + header + content[at + len(header) :]
        seal_arrays(target / path, content, drop_scores=scores)

    return Mutation(f"forge {name} of {path}: {how} {header if how == 'header' else ''}", True, apply)


def seal_arrays(path: Path, content: bytes, *, drop_scores: bool) -> None:
    """Write arrays with a record that fits them, and scores that name them or, with `drop_scores`, no scores."""
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    record = tree_of(path.with_suffix(".json")) | {"arrays_digest": digest, "arrays_bytes": len(content)}
    path.with_suffix(".json").write_bytes(encode(record))
    scores = path.parents[1] / "scores" / path.with_suffix(".json").name
    if drop_scores:
        scores.unlink()
    else:
        scores.write_bytes(encode(tree_of(scores) | {"arrays_digest": digest}))


@dataclass(frozen=True)
class _TreeChange:
    description: str
    apply: Callable[[Any], None]


def _places(tree: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value inside a JSON tree."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in pairs:
        yield (*place, key)
        yield from _places(value, (*place, key))


@st.composite
def _tree_changes(draw: st.DrawFn, place: tuple[Any, ...]) -> _TreeChange:
    how = draw(st.sampled_from(["replace", "replace", "replace", "remove", "repeat", "rename"]))
    value = draw(st.sampled_from(STRANGE))

    def apply(tree: Any) -> None:
        *way, last = place
        for key in way:
            tree = tree[key]
        if how == "replace" or (how in ("repeat", "rename") and isinstance(tree, list) != (how == "repeat")):
            tree[last] = value
        elif how == "remove":
            del tree[last]
        elif how == "repeat":
            tree.append(tree[last])
        else:
            tree[str(value)[:1000]] = tree.pop(last)

    return _TreeChange(f"{how} {place} {str(value)[:60]!r}", apply)


def mutations(folder: Path) -> st.SearchStrategy[Mutation]:
    """Every kind of change of the experiments in `folder`."""
    return st.one_of(damages(folder), movements(folder), forgeries(folder), forged_cells(folder), forged_arrays(folder))
