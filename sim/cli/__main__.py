"""``python -m sim.cli`` is ``tenglong``."""

from sim.cli import main

main()
