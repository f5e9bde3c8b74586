"""Refuses options of a reading that do nothing for a data set."""

from bench.errors import UsageError
from bench.store.reading import READ_PLAIN, Reading


def refuse_unused(reading: Reading, used: set[str], subject: str) -> None:
    """Raise UsageError, which names the option, if an option that is not in `used` has another value than its default.

    `subject` says what the data are, such as "data set 'digits' is bundled".
    """
    for name in reading.__struct_fields__:
        value = getattr(reading, name)
        if name not in used and value != getattr(READ_PLAIN, name):
            option = "--" + name.replace("_", "-")
            allowed = ", ".join("--" + each.replace("_", "-") for each in reading.__struct_fields__ if each in used)
            valid = f"expected only {allowed}" if used else "expected none of the options of files"
            raise UsageError(f"{subject}: {option} does nothing there; {valid}; remove {option}")
