"""The Content-Security-Policy of the page: it runs its own scripts and styles, and loads nothing."""

import base64
import hashlib
from collections.abc import Iterable

OF_PLOT = """:where(.chart) {
  --plot-background: white;
  display: block;
  height: auto;
  height: intrinsic;
  max-width: 100%;
}
:where(.chart text),
:where(.chart tspan) {
  white-space: pre;
}"""
"""The style that Observable Plot adds to each chart of the class `chart`."""


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """The policy that allows these inline scripts and styles, by their SHA-256, and pictures inside the page.

    >>> policy(["a"], [])
    "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; script-src \
'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='; style-src 'none'"
    """
    return "; ".join(
        [
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "img-src data:",
            f"script-src {_hashes(scripts)}",
            f"style-src {_hashes(styles)}",
        ]
    )


def _hashes(texts: Iterable[str]) -> str:
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
