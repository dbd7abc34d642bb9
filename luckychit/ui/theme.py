"""The look, by meaning. Values live in assets/css; Python only uses the names."""

STYLESHEETS = [
    "/css/tokens.css",
    "/css/base.css",
    "/css/components.css",
    "/css/data.css",
    "/css/frames.css",
    "/css/public.css",
    "/css/manage.css",
    "/css/admin.css",
    "/css/member.css",
    "/css/rooms.css",
    "/css/account.css",
    # The elements of fairness, whose own fair.css would load these one after another.
    "/fair/tokens.css",
    "/fair/frame.css",
    "/fair/steps.css",
    "/fair/replay.css",
]

# For the few places that take a colour and no class: charts.
INK_QUIET = "var(--ink-quiet)"
LINE = "var(--line)"
GOOD = "var(--good)"
WARN = "var(--warn)"
BAD = "var(--bad)"
BRAND = "var(--brand)"
LUCK = "var(--luck)"

# The browser's own bars, in the surface colour of each theme.
BROWSER_LIGHT = "#f7f4ed"
BROWSER_DARK = "#121613"
