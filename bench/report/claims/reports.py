"""All published reports, by the name that `reproduce` takes."""

from bench.report.claims.sha12 import SHA12
from bench.report.claims.tanh128 import TANH128

REPORTS = {"sha12": SHA12, "tanh128": TANH128}
