"""The packages that `make peers` installs."""

from importlib.util import find_spec

ARE_HERE = all(find_spec(package) is not None for package in ("clustpy", "hdbscan", "torchsom", "torchvision"))
NOT_HERE = "`make peers` installs the other packages"
"""Why a test is skipped."""
