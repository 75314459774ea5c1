// Tells the server which time zone this browser lives in, and offers the names of all. Pages work without it: they then
// show UTC, say so, and take a name that is typed.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const secure = location.protocol === "https:";
const told = `${secure ? "__Host-" : ""}browser-zone=${zone}`;

if (zone && !document.cookie.split("; ").includes(told)) {
  document.cookie = `${told}; Path=/; Max-Age=31536000; SameSite=Lax${secure ? "; Secure" : ""}`;

  // Reloading once is enough, and only if the cookie was kept: a browser that refuses cookies must not go round in circles.
  // What is said once would be gone after it: such a page stays as it is.
  const guessed = document.querySelector('main[data-zone-source="default"]');
  const saidOnce = document.querySelector("[data-outcome], .news");
  if (guessed && !saidOnce && document.cookie.split("; ").includes(told)) {
    location.reload();
  }
}

document.querySelector("#zones")?.append(
  ...Intl.supportedValuesOf("timeZone").map((name) => new Option("", name)),
);
