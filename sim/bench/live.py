"""Altair's widget with rows that are replaced in place, and that a page opened later gets as they stand."""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import Any

import altair as alt
import traitlets

from sim.bench.charts import ROWS

LAZY = """
export default {
  async render(context) {
    const source = new Blob([context.model.get("_bundle")], { type: "text/javascript" });
    globalThis.tenglongCharts ??= import(URL.createObjectURL(source));
    const { default: widget } = await globalThis.tenglongCharts;
    return widget.render(context);
  },
};
"""
"""Altair's widget, loaded once for all charts of a page, when the first is drawn. Each chart loading it for itself
takes a slow machine longer than the two seconds after which anywidget gives a chart up: that is drawn, but hears of no
rows."""


_turn = count()


class LiveChart(alt.JupyterChart):
    """A chart whose named data set :data:`sim.bench.charts.ROWS` follows :meth:`show`.

    The widget's own channel for data that the kernel computes carries the rows: the drawing stays and only its marks
    move. Everything that the browser needs comes from installed packages (``enable_offline``).
    """

    _esm = LAZY
    _bundle = traitlets.Unicode().tag(sync=True)

    def __init__(self, spec: dict[str, Any]) -> None:
        self._rows: list[dict[str, Any]] = []
        chart = alt.Chart.from_dict({**spec, "datasets": {ROWS: [], **spec.get("datasets", {})}})
        super().__init__(chart, embed_options={"actions": False, "renderer": "svg"}, _bundle=offline())
        self.observe(self._drawn, "local_tz")

    def show(self, rows: list[dict[str, Any]]) -> None:
        """Replace the rows."""
        self._rows = rows
        data = {"namespace": "data", "name": ROWS, "scope": [], "value": rows}
        self._py_to_js_updates = [data, {"namespace": "turn", "name": str(next(_turn))}]  # never equal to the last

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:
        """Return what a page that opens now is given: the specification with the rows as they stand."""
        state = super().get_state(key=key, drop_defaults=drop_defaults)
        if state.get("spec"):
            state["spec"] = {**state["spec"], "datasets": {**state["spec"].get("datasets", {}), ROWS: self._rows}}
        return state

    def _drawn(self, _: Any) -> None:
        """Send the rows again once the browser has drawn: those sent meanwhile were not listened to."""
        if self._rows:
            self.show(self._rows)


@lru_cache(maxsize=1)
def offline() -> str:
    """Return the browser's part of Altair's widget, a bundle made from the installed packages."""
    alt.JupyterChart.enable_offline()
    return str(alt.JupyterChart._esm)

