"use strict";
// The sliders, and what is written beside them.
(() => {
  const model = JSON.parse(document.getElementById("model").textContent);
  const start = model.levers.map((lever) => lever.start), values = [...start];
  const began = explorer.answer(model, start);
  const percent = (share) => share < 0.01 ? "低于1%" : share > 0.99 ? "高于99%" : `${Math.round(100 * share)}%`;
  const points = (share) => `${Math.max(1, Math.ceil(100 * share))}个百分点`;
  const box = (lever) => lever.box.map((end) => +(lever.scale * end).toPrecision(3)).join(" 至 ");
  const stands = (lever, value) => `${+(lever.scale * value).toPrecision(6)} ${lever.unit}`;
  function amount(value, unit) {
    if (unit === "亿元") return `${(value / 1e4).toFixed(2)}万亿元`;
    return `${Math.round(value)}${unit === "万平方米" ? "万㎡" : unit}`;
  }
  function error(value, unit) {
    if (unit === "亿元") return `${Math.max(1, +value.toPrecision(2))}亿元`;
    return amount(Math.max(1, value), unit);
  }
  function made(parent, tag, kind, text) {
    const element = parent.appendChild(document.createElement(tag));
    if (kind) element.className = kind;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  const inputs = model.levers.map((lever, place) => {
    const part = made(document.getElementById("levers"), "div", "lever");
    const label = made(part, "label", "", lever.title);
    const shown = made(label, "output");
    const input = made(part, "input");
    Object.assign(input, {type: "range", min: lever.low, max: lever.high, step: "any", id: `lever-${place}`});
    label.htmlFor = input.id;
    made(part, "div", "facts", `${lever.facts}；拟合范围 ${box(lever)}`).title = lever.hover;
    const set = (value) => {
      values[place] = Math.min(lever.high, Math.max(lever.low, value));
      input.value = values[place];
      shown.textContent = stands(lever, values[place]);
    };
    input.addEventListener("input", () => {
      set(lever.low + lever.step * Math.round((input.value - lever.low) / lever.step));
      show();
    });
    input.addEventListener("keydown", (event) => {
      const steps = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10}[event.key];
      if (steps === undefined) return;
      event.preventDefault();
      set(+(values[place] + steps * lever.step).toPrecision(12));
      show();
    });
    set(lever.start);
    return {set, input};
  });
  document.getElementById("reset").addEventListener("click", () => {
    inputs.forEach(({set}, place) => set(start[place]));
    show();
  });

  const rows = model.targets.map((target) => {
    const row = made(document.getElementById("targets"), "div", "target");
    row.dataset.target = target.id;
    made(row, "h3", "", target.name);
    const bar = made(row, "div", "bar");
    return {chance: made(bar, "div", "chance"), span: made(bar, "div", "span"), base: made(bar, "div", "base"),
            said: made(row, "p", "said"), row};
  });

  function show() {
    const answers = explorer.answer(model, values), refused = document.getElementById("refused");
    const bad = explorer.outside(model, values);
    refused.hidden = answers !== null;
    document.getElementById("targets").hidden = answers === null;
    if (answers === null) {
      const lever = model.levers[bad];
      refused.textContent = `${lever.title}取${stands(lever, values[bad])}，超出拟合范围 ${box(lever)}：` +
        `那里没有运行过，不作答。请退回范围内，或用 make app、tenglong run 实算。`;
      return;
    }
    answers.forEach((one, place) => {
      const target = model.targets[place], {chance, span, base, said, row} = rows[place];
      chance.style.width = `${100 * one.probability}%`;
      Object.assign(span.style, {left: `${100 * one.low}%`, width: `${100 * (one.high - one.low)}%`});
      base.style.left = `${100 * began[place].probability}%`;
      row.dataset.probability = one.probability;
      said.textContent = `概率${percent(one.probability)}，代算误差约${points(target.chanceError)}，` +
        `95%抽样误差区间${percent(one.low)}—${percent(one.high)}；情景原样${percent(began[place].probability)}。` +
        `中位数${amount(one.median, target.unit)}（代算误差约${error(target.medianError, target.unit)}），` +
        `80%区间${amount(one.lo80, target.unit)}—${amount(one.hi80, target.unit)}。`;
    });
  }
  show();
})();
