"""How the rows of a data set are read: options that are stored with the results, so that the data can be read again."""

from typing import Literal

import msgspec


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The options of one data set. The defaults are right for most data sets."""

    config: str | None = None
    """Configuration of a data set that has several."""
    image_column: str | None = None
    """Column of images; None: the only one."""
    text_column: str | None = None
    """Column of texts; None: the only one, if there are no images."""
    label_column: str | None = None
    """Column of true labels; None: a ClassLabel column, or a column with a usual name."""
    columns: tuple[str, ...] | None = None
    """The columns of numbers that are features, in this order; None: all but labels and names of rows."""
    labels: str | None = None
    """Absolute path of a CSV file with a row name and a label in each line."""
    image_shape: tuple[int, int, int] | None = None
    """Height, width and channels of images that are rows of numbers."""
    resize: int | None = None
    """Height and width in pixels to which each image is resized; None: all images must have one size."""
    resize_mode: Literal["crop", "pad"] = "crop"
    """What makes an image square: its centre is cut out, or a border is added."""
    transparent: Literal["white", "black", "channel"] = "white"
    """What transparent pixels become: white, black, or a fourth channel."""
    on_bad: Literal["refuse", "skip"] = "refuse"
    """What an image that cannot be read does: it ends the command, or it is left out and named."""
    limit: int | None = None
    """Number of rows that are drawn from all rows; None: all rows."""
    stratify: bool = False
    """Whether the drawn rows keep the shares of the classes."""
    class_sizes: tuple[int, int] | None = None
    """Number of rows that are drawn of the first class, and of the last; None: all rows of each class."""
    scale: Literal["standard", "minmax", "none"] | None = None
    """How columns of numbers are scaled; None: as is usual for their kind."""
    features: str | None = None
    """Model whose features replace pixels or texts, such as `timm:NAME`; None: none."""

    def titled(self, name: str) -> str:
        """The name of a data set in tables and messages: with the sizes of its classes, if these were chosen.

        >>> Reading(class_sizes=(600, 6000)).titled("mnist"), Reading(limit=10).titled("mnist")
        ('mnist with class sizes 600:6000', 'mnist')
        """
        if self.class_sizes is None:
            return name
        return f"{name} with class sizes {self.class_sizes[0]}:{self.class_sizes[1]}"


READ_PLAIN = Reading()
"""The default of every option."""
