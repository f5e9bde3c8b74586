"""Third-party classes that a user names as `package.module:Class`, and the classes near to a name."""

import inspect
import pkgutil
import re
from importlib import import_module
from types import ModuleType
from typing import Any

from methods import contract
from methods.names import did_you_mean, nearest

SKLEARN = ("sklearn.cluster", "sklearn.mixture")
"""The modules with scikit-learn's clusterers."""


def find_class(module: str, name: str) -> Any:
    """The class `name` of a module. Raises ValueError if there is no such module or class; it proposes near names."""
    try:
        loaded = import_module(module)
        found = getattr(loaded, name, None)  # a lazy module may import now
    except ImportError as error:
        is_missing = f"{module}.".startswith(f"{error.name}.")  # otherwise the module is there, and needs another one
        hint = did_you_mean(_near_modules(module, name) or sklearn_classes(name)) if is_missing else ""
        raise ValueError(f"cannot import '{module}' ({error}); is it installed?{hint}") from error
    except (Exception, SystemExit) as error:  # a third-party module may raise anything, and a script may even exit
        raise ValueError(f"cannot import '{module}' ({type(error).__name__}: {error})") from error
    if inspect.isclass(found):
        return found
    known = _clusterers(loaded)
    near = [f"{module}:{each}" for each in nearest(name, known)] or sklearn_classes(name)
    what = "no such class" if found is None else f"a {type(found).__name__} of this name"
    there = f" classes that cluster: {', '.join(known)}" if known else " expected a class that clusters"
    raise ValueError(f"{module} has {what};{did_you_mean(near)}{there}")


def sklearn_classes(name: str) -> list[str]:
    """Clusterers of scikit-learn whose names are near to `name`, each as `package.module:Class`. Loads scikit-learn."""
    places = {each: module for module in SKLEARN for each in _clusterers(import_module(module))}
    return [f"{places[near]}:{near}" for near in nearest(name, places)]


def written_otherwise(name: str) -> list[str]:
    """The class in `name` if it is written with a dot for the colon or with brackets, as in Python; else nothing.

    Without brackets, the name of a class begins with a capital letter: otherwise it is more likely a module.

    >>> written_otherwise("sklearn.cluster.DBSCAN"), written_otherwise("sklearn.cluster:KMeans(n_init=3"
    ... ), written_otherwise("kmeans")
    (['sklearn.cluster:DBSCAN'], ['sklearn.cluster:KMeans'], [])
    """
    match = re.fullmatch(r"([A-Za-z_][\w.]*)[.:]([A-Za-z_]\w*)(\(.*)?", name)
    return [f"{match[1]}:{match[2]}"] if match and (match[3] or match[2][0].isupper()) else []


def _clusterers(module: ModuleType) -> list[str]:
    """The names of the public classes of a module that cluster; not of those that it imports from other packages."""
    public = [name for name in getattr(module, "__all__", dir(module)) if not name.startswith("_")]
    classes = {name: found for name in public if inspect.isclass(found := _member(module, name))}
    package = module.__name__.partition(".")[0]
    return [name for name, found in classes.items() if found.__module__.partition(".")[0] == package and _fits(found)]


def _member(module: ModuleType, name: str) -> Any:
    """The object of that name; None if the module cannot give it, such as a lazy one that lacks a library."""
    try:
        return getattr(module, name, None)
    except (Exception, SystemExit):  # the list of near classes leaves it out
        return None


def _fits(cls: type) -> bool:
    """Whether a class has `fit_predict` or, outside scikit-learn, where all clusterers have it, `fit` with labels."""
    if callable(getattr(cls, "fit_predict", None)):
        return True
    try:
        contract.check(cls)
    except contract.ContractError:
        return False
    return not cls.__module__.startswith("sklearn.")


def _near_modules(module: str, name: str) -> list[str]:
    """The class in the module that a file name means, in the parent of `module`, or in the nearest module beside it."""
    parent, _, last = module.rpartition(".")
    if last == "py":
        return [f"{parent}:{name}"]
    if not parent:
        return []
    try:
        loaded = import_module(parent)
    except (Exception, SystemExit):  # the message is about `module` already
        return []
    if name in _clusterers(loaded):
        return [f"{parent}:{name}"]
    siblings = [found.name for found in pkgutil.iter_modules(getattr(loaded, "__path__", []))]
    return [f"{parent}.{near}:{name}" for near in nearest(last, siblings)]
