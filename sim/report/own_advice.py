"""What to know before quoting a number that rests on one's own register or series."""

from __future__ import annotations

from sim.register.population import UNLIKE
from sim.report.material import Material
from sim.report.wording import Wording


def of_own_data(material: Material, words: Wording) -> dict[str, str]:
    """Return the points by name; ``firms`` takes the place of what is said of synthetic enterprises."""
    points = {}
    if register := material.register:
        points["firms"], share = words("advice.register"), register["output_above_scale_share"]
        if not 1 / UNLIKE <= share <= UNLIKE:
            points["part"] = words("advice.part_of_city", share=f"{100 * share:,.1f}%")
        for name, reason in register.get("unlisted", {}).items():
            how = words(f"advice.unlisted.{reason}")
            points[name] = words("advice.unlisted.said", label=material.labels[name][0], how=how)
    if material.series and (doubted := material.series["doubted"]):
        points["series"] = words(
            "advice.series.said", file=material.series["file"], doubted=doubted, scenario=material.scenario
        )  # fmt: skip
    return points
