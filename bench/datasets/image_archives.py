"""Images inside a zip or tar archive, read as if the archive were a folder."""

import io
import tarfile
import zipfile
from pathlib import Path

from bench.datasets.archives import LARGEST_MEMBER, check_archive
from bench.datasets.image_names import is_image
from bench.datasets.listing import is_hidden
from bench.errors import UsageError


class ImageArchive:
    """One archive, which stays open. Links are left out.

    Raises UsageError if the archive is damaged, names files outside of itself, or would unpack to an absurd size.
    """

    def __init__(self, path: Path, source: str) -> None:
        self._path, self._source = path, source
        self._zip: zipfile.ZipFile | None = None
        self._tar: tarfile.TarFile | None = None
        members: dict[str, zipfile.ZipInfo | tarfile.TarInfo]
        try:
            check_archive(path, source)
            if path.suffix.lower() == ".zip":
                self._zip = zipfile.ZipFile(path)
                members = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}
            else:
                self._tar = tarfile.open(path)  # noqa: SIM115  it stays open
                members = {info.name.removeprefix("./"): info for info in self._tar if info.isreg()}
        except UsageError:
            raise
        except Exception as error:  # damaged archives raise many kinds of exceptions
            raise UsageError(self._damaged(error)) from error
        self._members = {name: info for name, info in members.items() if not is_hidden(name)}
        self.hidden = sorted(name for name in members if is_hidden(name) and not _is_of_macos(name))
        """The paths of its hidden files, sorted, without those that macOS adds to each archive."""

    @property
    def images(self) -> list[str]:
        """The paths of its image files, sorted."""
        return sorted(filter(is_image, self._members))

    @property
    def others(self) -> list[str]:
        """The paths of its other files, sorted."""
        return sorted(name for name in self._members if not is_image(name))

    def read(self, member: str) -> io.BytesIO:
        """The content of one member. Raises UsageError if it cannot be read, for example without its password."""
        info = self._members[member]
        try:
            if isinstance(info, zipfile.ZipInfo):
                assert self._zip is not None
                with self._zip.open(info) as file:
                    return io.BytesIO(file.read(LARGEST_MEMBER))
            assert self._tar is not None
            extracted = self._tar.extractfile(info)
            return io.BytesIO(extracted.read(LARGEST_MEMBER) if extracted else b"")
        except Exception as error:  # damaged archives raise many kinds of exceptions
            raise UsageError(self._damaged(error)) from error

    def _damaged(self, error: Exception) -> str:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        start = f"data set '{self._source}': archive {self._path.name!r} cannot be read"
        return f"{start} ({reason}); unpack it, or make it again"


def _is_of_macos(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("._") or name.endswith(".DS_Store")
