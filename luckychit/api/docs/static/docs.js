// Chooses the theme before anything is drawn, then lets Swagger UI draw the calls.
(() => {
  const root = document.documentElement;
  const wanted = (() => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  })();
  const system = matchMedia("(prefers-color-scheme: dark)");
  const draw = () => {
    const dark = wanted === "dark" || (wanted !== "light" && system.matches);
    root.classList.toggle("dark", dark);
    root.classList.toggle("light", !dark);
    root.classList.toggle("dark-mode", dark);
  };
  draw();
  system.addEventListener("change", draw);
  addEventListener("DOMContentLoaded", () => {
    SwaggerUIBundle({
      url: "/api/openapi.json",
      domNode: document.getElementById("calls"),
      deepLinking: true,
      docExpansion: "list",
      defaultModelsExpandDepth: -1,
      displayRequestDuration: true,
      validatorUrl: null,
      syntaxHighlight: { activated: true },
    });
  });
})();
