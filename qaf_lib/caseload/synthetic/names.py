"""Invented names for the synthetic council's staff."""

from __future__ import annotations

import numpy as np

__all__ = ["NameList"]

_FIRST = (
    "Amira Bertil Chidi Dilwen Esra Farouk Giulia Hesper Ishaan Jovana Kwabena Linnea Mairead Nasrin "
    "Oluwaseun Petra Qasim Rosalba Sunniva Tariku Ursula Vikram Wanjiru Xanthe Yusra Zoltan Aoife "
    "Bronagh Cerys Dunja Eamon Fenella Gwilym Hamza Ingrid Jaswinder Keziah Lubna Morwenna Nkechi Oisin "
    "Parveen Rhodri Saoirse Temi Ulrik Verity Wilfred Yoshiko Zainab Adaeze Blessing Clemency Dominika "
    "Elowen Folasade Gethin Hyacinth Imran Juniper Kerensa Leopold Mabli Noor Ottilie Priya Rufus "
    "Shabnam Thandiwe Vesna Winston Anwen Bogdan Caoimhe Delphine Emeka Faiza Grazyna Hollis Ilse "
    "Jemima Kamal Lowri Marek Nerys Obinna Padma Ruaridh Sefton Tamsin"
)
_LAST = (
    "Okafor Abernathy Bhattacharya Castellanos Dragomir Eszterhas Fairweather Greengrass Hallbrook "
    "Ibekwe Jankowska Kettlewell Lindqvist Mapother Ndiaye Oyelaran Pemberley Quarrington Ravensdale "
    "Sandhurst Thistlewood Umarov Vanterpool Winterbourne Yarborough Zielinska Adeyemi-Cole Birkinshaw "
    "Chakravarty Dunwoody Ekberg Farrukhzad Goldsworthy Hawksmoor Iqbalzai Jellicoe Kiplagat Loxley "
    "Marchbanks Nightshade Ogunbanjo Pettigrew Quillfeather Rosenthal Stavropoulos Tregenza Underhay "
    "Venkataraman Wetherby Yildizhan Zavadovska Arkwright Blenkinsop Cattermole Dhaliwal Entwhistle "
    "Featherstone Gorringe Hollinshead Inglethorpe Jayawardena Kowalczuk Llewelyn-Rao Mwangi Nettlefold "
    "Osterlund Penhaligon Rutherglen Szymborski Trelawney Uzodinma Vellacott Wolstenholme Yeboah"
)


class NameList:
    """Full names in an order of chance, each handed out once."""

    def __init__(self, rng: np.random.Generator) -> None:
        names = [f"{first} {last}" for first in _FIRST.split() for last in _LAST.split()]
        self._left: list[str] = [names[at] for at in np.argsort(rng.random(len(names)), kind="stable")]

    def take(self) -> str:
        """Return a name not given to anybody before."""
        return self._left.pop()
