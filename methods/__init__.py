"""Clusterers behind one interface: scikit-learn estimators that are usable without the benchmark."""
