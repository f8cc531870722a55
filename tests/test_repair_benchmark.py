"""The benchmark of repairs counts what is right as right, and nothing else."""

from benchmarks.repair import DAMAGE, Item, _precision

GOLD = "Les élèves étaient fatigués et la forêt était déserte, près de la rivière gelée."


def test_an_edit_is_right_where_the_text_reads_as_before_the_damage():
    damaged = GOLD.encode().decode("cp1252")
    assert _precision([Item(damaged, GOLD)], show=False) == 1.0
    assert 0.5 < _precision([Item(damaged, GOLD.replace("gelée", "gelie"))], show=False) < 1.0
    assert _precision([Item(damaged, GOLD.upper())], show=False) == 0.0


def test_every_damage_damages():
    assert all(damage(GOLD) != GOLD for damage in DAMAGE)
