// What HTML cannot say yet: dialogs opened by a button, keys made before sending,
// buttons that wait, copying, a small menu; and what the server may order. No state, no framework.
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
    // All fields of a form at once, as it would be sent now.
    typed(id) {
      return Object.fromEntries(new FormData(byId(id)));
    },
    // A verb of the table below and its plain values; never text to be run.
    carryOut({ verb, args }, page) {
      if (!Object.hasOwn(verbs, verb)) throw new Error(`no such order: ${verb}`);
      verbs[verb](page, ...args);
    },
  };

  const gently = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  const later = (waitMs, act) => (waitMs ? setTimeout(act, waitMs) : act());
  const ours = (path) => {
    const url = new URL(path, location.origin);
    if (!path.startsWith("/") || url.origin !== location.origin) throw new Error(`not a page of ours: ${path}`);
    return url.href;
  };
  const presses = new Map();

  // What luckychit/ui/orders.py gives. `page` has what only the framework's code can reach.
  const verbs = {
    open: (page, id, selected, waitMs) => later(waitMs, () => {
      lc.open(id);
      const field = selected && byId(selected);
      if (field) { field.focus(); field.select(); }
    }),
    close: (page, id) => lc.close(id),
    idle: () => lc.idle(),
    done: (page, id) => lc.done(id),
    go: (page, path) => location.assign(ours(path)),
    through: (page, path) => {
      if (location.pathname.startsWith(path)) return;
      location.assign(ours(`${path}?next=${encodeURIComponent(location.pathname)}`));
    },
    top: () => scrollTo({ top: 0, behavior: "smooth" }),
    middle: (page, id, waitMs) => later(waitMs, () => byId(id)?.scrollIntoView({ block: "center", behavior: gently() })),
    empty: (page, id) => { const field = byId(id); if (field) field.value = ""; },
    select: (page, id, waitMs) => {
      if (matchMedia("(hover: hover)").matches) later(waitMs, () => byId(id)?.select());
    },
    press: (page, id, waitMs) => {
      clearTimeout(presses.get(id));
      presses.set(id, setTimeout(() => byId(id)?.click(), waitMs));
    },
    toast: ({ toast, navigate }, level, said, { action, ...looks }) => {
      const button = action && { label: action.label, onClick: () => navigate(action.href) };
      toast?.[level](said, button ? { ...looks, action: button } : looks);
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
