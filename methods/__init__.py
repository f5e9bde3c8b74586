"""Clusterers with one interface: scikit-learn estimators that work without the benchmark."""
