"""The search path of modules: the reader's own files must not hide the modules that this program needs.

`python -m` puts the working directory first, so that a file `torch.py` there hides PyTorch. The
console script puts it last. This module imports only what Python itself has loaded, because it is used before a check.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
"""The folder with the packages `bench` and `methods`."""
NEEDED = (
    *("methods", "torch", "datasets", "huggingface_hub", "PIL", "minisom", "sklearn", "joblib", "scipy", "numpy"),
    *("pandas", "seaborn", "matplotlib", "tabulate", "rich", "typer", "msgspec", "safetensors", "openTSNE", "mlxtend"),
    *(
        "platformdirs",
        "threadpoolctl",
        "psutil",
        "pyarrow",
        "yaml",
        "scikit_posthocs",
        "jinja2",
        "markdown_it",
        "markupsafe",
    ),
)
"""The modules that this program needs besides `bench` and Python's own: `methods`, and those of its dependencies."""


def put_working_directory_last() -> None:
    """Let classes in the working directory be found, after all modules of Python, of libraries and of this project."""
    for folder in (ROOT, os.getcwd()):  # noqa: PTH109
        if folder not in sys.path:
            sys.path.append(folder)


def in_the_way() -> str:
    """A line about a file in the working directory that hides a needed module; empty if there is none.

    Of Python's own modules, only those are found that are loaded already.
    """
    folder = "" if sys.flags.safe_path else sys.path[0]
    if not folder or os.path.samefile(folder, ROOT):  # noqa: PTH121
        return ""
    for name in (*NEEDED, *(sys.stdlib_module_names & set(sys.modules))):
        for file in (f"{name}.py", os.path.join(name, "__init__.py")):  # noqa: PTH118
            path = os.path.join(folder, file)  # noqa: PTH118
            if os.path.exists(path) and (name in NEEDED or getattr(sys.modules[name], "__file__", "") == path):  # noqa: PTH110
                return (
                    f"error: {path} is in the way: it hides the module '{name}', which this program needs; use the "
                    "command `dec-bench`, or another folder."
                )
    return ""


def module_command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of this project in a new Python, with the search path of this process.

    `python -m MODULE` would put the working directory first. `-P` forbids it, also to the processes that
    `multiprocessing` starts there.
    """
    path = [os.path.abspath(folder) for folder in sys.path]  # noqa: PTH100
    code = f"import runpy, sys; sys.path[:] = {path!r}; runpy.run_module({module!r}, None, '__main__', True)"
    return [sys.executable, "-P", "-c", code, *arguments]
