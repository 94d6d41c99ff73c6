// A dial says at once what its setting costs, by the measured curve; let go, the list is made anew.
const dials = document.querySelectorAll("input[data-dial]");

function lossAt(points, value) {
  for (let n = 1; n < points.length; n += 1) {
    const [a, y] = points[n - 1];
    const [b, z] = points[n];
    if (value <= b) return 1 - (y + ((z - y) * (value - a)) / (b - a)) / points[0][1];
  }
  return 1 - points.at(-1)[1] / points[0][1];
}

for (const dial of dials) {
  const box = dial.closest(".dial");
  const curve = box.querySelector("svg.curve");
  const points = curve?.dataset.points.split(",").map((pair) => pair.split(":").map(Number));
  dial.addEventListener("input", () => {
    const value = Number(dial.value);
    box.querySelector("output").textContent = value.toFixed(2);
    if (!points) return;
    const loss = 100 * lossAt(points, value);
    box.querySelector("[data-cost]").textContent = `${loss > 0 ? "-" : "+"}${Math.abs(loss).toFixed(1)}%`;
    const at = 8 + (284 * Math.min(value, points.at(-1)[0])) / points.at(-1)[0];
    const mark = curve.querySelector("[data-mark]");
    mark.setAttribute("x1", at);
    mark.setAttribute("x2", at);
  });
  dial.addEventListener("change", () => {
    const { shopper, product } = dial.form.elements;
    if (shopper.value || product.value) dial.form.requestSubmit();
  });
}
