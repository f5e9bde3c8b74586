"""Tables, figures and claims, made from records or a published cells.csv. Nothing here runs a fit or loads a method."""
