"""A link as a picture for the camera of another phone."""

from itertools import groupby

import segno

# Medium: readable with 15 % of it covered, and still coarse on a phone's screen.
CORRECTION = "m"


def qr_path(link: str) -> tuple[str, int]:
    """Return the dark modules as the path of strokes one unit wide, and the side in modules.

    Args:
        link: What the camera reads.
    """
    rows = segno.make_qr(link, error=CORRECTION).matrix
    strokes: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            length = len(list(run))
            if is_dark:
                strokes.append(f"M{x} {y}.5h{length}")
            x += length
    return "".join(strokes), len(rows)
