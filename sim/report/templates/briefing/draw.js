const { failed } = document.getElementById("load").dataset;
const config = JSON.parse(document.getElementById("chart-config").textContent);
const specs = [...document.querySelectorAll("script[data-chart]")];
await document.fonts.load('12px "Tenglong Sans SC"', "宁波").catch(() => undefined);
const drawn = await Promise.all(specs.map(async (spec) => {
  const box = document.getElementById(spec.dataset.chart);
  try {
    await vegaEmbed(box, JSON.parse(spec.textContent), { renderer: "svg", actions: false, config });
    return 1;
  } catch (error) {
    box.textContent = failed;
    console.error(error);
    return 0;
  }
}));
document.documentElement.dataset.charts = `${drawn.reduce((a, b) => a + b, 0)}/${specs.length}`;
