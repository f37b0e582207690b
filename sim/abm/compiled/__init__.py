"""The month at the speed of the machine: the heavy processes again, as loops that numba compiles.

Each file does what the file of the same name in ``processes/`` does and says; that one is to be read, this one is run.
``tests/abm/test_compiled.py`` holds the two together, and ``IndustrialUpgradeModel(compiled=False)`` runs the readable
form.
"""
