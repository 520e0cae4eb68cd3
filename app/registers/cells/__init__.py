"""The reader of cells of responsible units, without database or web."""
