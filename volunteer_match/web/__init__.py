"""The only HTTP: views translate in, make one call, translate out."""
