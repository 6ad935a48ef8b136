"""How articles get in."""
