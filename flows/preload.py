"""Imported by the fork server of the workers: what every document needs, loaded once and shared by all of them.

A worker that loads it for itself would do so within the first document's memory limit, and again after each document
that took its worker along.
"""

import limpide
from corpus.signatures import signature

_WARM = "Le bac traverse la rivière deux fois par jour, sauf quand la brume cache l’autre rive."

limpide.clean(f"<html><body><p>{_WARM}</p></body></html>".encode())
limpide.clean(_WARM)
signature(_WARM)
