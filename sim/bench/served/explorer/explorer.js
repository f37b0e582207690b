"use strict";
// Answers from the fitted polynomials; the same arithmetic as sim/bench/emulator.py, which the tests hold it to.
const explorer = (() => {
  const Z = 1.959963984540054;

  function outside(model, values) {
    return model.levers.findIndex((lever, place) => !(values[place] >= lever.box[0] && values[place] <= lever.box[1]));
  }

  function terms(model, values) {
    const scaled = model.levers.map(({box: [low, high]}, place) => 2 * (values[place] - low) / (high - low) - 1);
    return model.powers.map((powers) => powers.reduce((product, power, place) => product * scaled[place] ** power, 1));
  }

  function quantile(sorted, share) {
    const at = share * (sorted.length - 1), below = Math.floor(at), above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  function wilson(hits, runs) {
    const share = hits / runs, centre = share + Z * Z / (2 * runs), scale = 1 + Z * Z / runs;
    const half = Z * Math.sqrt(share * (1 - share) / runs + Z * Z / (4 * runs * runs));
    return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
  }

  // Returns null where no run was made, else one answer a target.
  function answer(model, values) {
    if (outside(model, values) >= 0) return null;
    const known = terms(model, values);
    return model.targets.map((target) => {
      const runs = target.coefficients.map((row) => {
        const fitted = row.reduce((total, coefficient, place) => total + coefficient * known[place], 0);
        return target.log ? Math.exp(fitted) : fitted;
      }).sort((one, other) => one - other);
      const hits = runs.filter((value) => target.atLeast ? value >= target.threshold : value <= target.threshold).length;
      const [low, high] = wilson(hits, runs.length);
      return {probability: hits / runs.length, low, high, median: quantile(runs, 0.5),
              lo80: quantile(runs, 0.1), hi80: quantile(runs, 0.9)};
    });
  }

  return {answer, outside};
})();
if (typeof module !== "undefined") module.exports = explorer;
