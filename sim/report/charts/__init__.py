"""One file a kind of chart.

Each takes small frames and returns Vega-Lite specs without data from elsewhere.
"""

from sim.report.imports import light_jsonschema

light_jsonschema()  # before any chart imports Altair
