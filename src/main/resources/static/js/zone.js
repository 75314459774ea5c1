// Tells the server the browser's time zone, in a cookie; a page that was shown without knowing it is loaded once more.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const cookie = `browser-zone=${encodeURIComponent(zone)}`;
if (zone && !document.cookie.split("; ").includes(cookie)) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${cookie}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    const guessed = document.querySelector("main[data-zone-source='default']");
    if (guessed && zone !== "UTC" && document.cookie.includes("browser-zone=")) {
        location.reload();
    }
}
