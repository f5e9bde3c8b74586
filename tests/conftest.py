"""What holds for every test."""

from hypothesis import settings

# An example may take long on a busy machine: speed is measured in tests/benchmarks, and nowhere else.
settings.register_profile("bench", deadline=None)
settings.load_profile("bench")
