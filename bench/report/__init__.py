"""Tables and figures, made from the records of an experiment; runs nothing and loads no method."""
