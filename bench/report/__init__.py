"""Tables, figures and claims, made from the records of an experiment. Nothing here runs a fit or loads a method."""
