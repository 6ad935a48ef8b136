"""Question -> checked Answer."""
