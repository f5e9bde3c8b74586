"""Pictures of one fit, drawn from arrays that others gather."""
