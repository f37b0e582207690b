"""The researcher's bench: levers as sliders, answered against the baseline under the same luck."""
