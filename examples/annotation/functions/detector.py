"""The detector: finds the bright part of a picture. Stands in for a model, and gives the same answer every time."""

import png

THRESHOLD = 128


def detect(data):
    """One rectangle around all bright pixels, as ``[left, top, right, bottom]``; no shape in a dark picture."""
    rows = png.brightness(data)
    lit_rows = [number for number, row in enumerate(rows) if max(row) >= THRESHOLD]
    if not lit_rows:
        return []
    lit_columns = [number for number, column in enumerate(zip(*rows, strict=True)) if max(column) >= THRESHOLD]
    points = [lit_columns[0], lit_rows[0], lit_columns[-1] + 1, lit_rows[-1] + 1]
    return [{"kind": "rectangle", "points": points}]
