"""Calibration: which parameters public statistics can tell, first on worlds whose truth is known, then on Ningbo.

Two methods read the same statistics: sequential approximate Bayesian computation with regression adjustment, and
simulated moments through a surrogate of the model. What is published of the years held out is read nowhere here.
"""
