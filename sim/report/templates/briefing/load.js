// The bundle travels packed; it is unpacked here and run as an inline module, which needs no address of its own.
const packed = Uint8Array.from(atob(document.getElementById("bundle").textContent), (c) => c.charCodeAt(0));
const { failed } = document.getElementById("load").dataset;
try {
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const draw = document.createElement("script");
  draw.type = "module";
  draw.textContent = await new Response(unpacked).text();
  document.head.append(draw);
} catch (error) {
  // A browser that cannot unpack shows what one without scripts shows, and says so.
  document.querySelectorAll(".chart").forEach((box) => {
    box.innerHTML = box.parentElement.querySelector("noscript").textContent;
    box.title = failed;
  });
  console.error(error);
}
