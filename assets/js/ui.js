// What HTML cannot say yet: dialogs opened by a button, keys made before sending,
// buttons that wait, copying, a small menu. No state, no framework.
(() => {
  const byId = (id) => document.getElementById(id);
  const newKey = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  const lc = {
    open(id) {
      const dialog = byId(id);
      if (dialog && !dialog.open) dialog.showModal();
    },
    close(id) {
      const dialog = byId(id);
      if (dialog && dialog.open) dialog.close();
    },
    idle() {
      document.querySelectorAll('[aria-busy="true"]').forEach((busy) => busy.removeAttribute("aria-busy"));
    },
    done(id) {
      const within = (id && byId(id)) || document;
      within.querySelectorAll("form[data-once]").forEach((form) => {
        if (!form.querySelector('[aria-busy="true"]') && !id) return;
        form.reset();
        form.querySelectorAll("input[data-key]").forEach((input) => { input.value = ""; });
      });
      lc.idle();
      if (id) lc.close(id);
    },
  };
  window.lc = lc;

  document.addEventListener("click", (event) => {
    const hit = (name) => event.target.closest?.(`[${name}]`);
    const opener = hit("data-opens");
    if (opener) lc.open(opener.dataset.opens);
    const closer = hit("data-closes");
    if (closer) closer.closest("dialog")?.close();
    if (event.target.matches?.("dialog.sheet")) {
      const box = event.target.getBoundingClientRect();
      const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
      if (outside && event.detail > 0) event.target.close();
    }
    const copier = hit("data-copy");
    if (copier) {
      navigator.clipboard?.writeText(copier.dataset.copy).then(() => {
        copier.dataset.copied = "true";
        setTimeout(() => delete copier.dataset.copied, 1600);
      });
    }
    const toggle = hit("data-toggle");
    if (toggle) toggle.setAttribute("aria-expanded", toggle.getAttribute("aria-expanded") !== "true");
    else if (event.target.closest?.(".side-link")) {
      document.querySelectorAll('.side-toggle[aria-expanded="true"]').forEach((open) => open.setAttribute("aria-expanded", "false"));
    }
    if (hit("data-prints")) window.print();
    const sharer = hit("data-share");
    if (sharer) {
      if (navigator.share) navigator.share({ title: document.title, url: location.href }).catch(() => {});
      else navigator.clipboard?.writeText(location.href).then(() => { sharer.dataset.copied = "true"; setTimeout(() => delete sharer.dataset.copied, 1600); });
    }
  });

  // Before React sees the submit: one key per intention, one press per answer.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-clears-session]")) sessionStorage.clear();
    if (!form.matches("form[data-once]")) return;
    const button = event.submitter || form.querySelector('button[type="submit"]');
    if (button?.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    form.querySelectorAll("input[data-key]").forEach((input) => { if (!input.value) input.value = newKey(); });
    button?.setAttribute("aria-busy", "true");
    setTimeout(() => button?.removeAttribute("aria-busy"), 15000);
  }, true);

  const tellOffline = () => document.documentElement.toggleAttribute("data-offline", !navigator.onLine);
  window.addEventListener("offline", tellOffline);
  window.addEventListener("online", tellOffline);
  tellOffline();

  // A page the browser kept whole may show who was signed in before: ask the server again.
  window.addEventListener("pageshow", (event) => (event.persisted ? location.reload() : lc.idle()));
})();
