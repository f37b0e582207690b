"""The slow twin: one ``mesa.Agent`` per enterprise, every rule in plain Python, one enterprise at a time.

It shares with the fast model only what is given to both: the starting enterprises, the parameters, the demand path and
the keyed draws. Read it to believe the fast one; ``tests/abm/test_twin.py`` holds the two together firm by firm.
"""

from tests.abm.twin.city import City

__all__ = ["City"]
