"""The interface for Python: `bench.run`, `bench.load` and the results that they return."""
