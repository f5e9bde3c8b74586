"""The error of this package for a name, a value or a folder that cannot be used."""


class MethodError(ValueError):
    """A method, preset, parameter, device or kept model that is unknown, not valid or not available on this machine.

    A note (`add_note`) shows the lines of code that mend it, if there are any.
    """
