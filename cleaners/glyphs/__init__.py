"""Repair of text that a lost font map has garbled: `0LVH HQ °XYUH` back to `Mise en œuvre`.

`suspects` finds tokens that are no words, cheaply; `families` holds what is known of tables, `scan` picks candidates by
letter statistics; `decode` reads lines with several tables and clean text as states; `refine` infers what a nearly
known table misses; `solve` deciphers tables that nobody knows; `repairing` decides and writes the edits.
"""

from cleaners.glyphs.repairing import repair_glyphs

__all__ = ["repair_glyphs"]
