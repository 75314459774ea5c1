package app.almanac.journeys;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The system's Chromium. */
final class Chromium implements AutoCloseable {

    private final Playwright playwright =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final Browser browser = playwright
            .chromium()
            .launch(new BrowserType.LaunchOptions()
                    .setExecutablePath(executable())
                    .setArgs(List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));

    private static Path executable() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "The browser tests need Chromium: install it, for example with apt-get install chromium."));
    }

    /** A window of its own, with cookies of its own. */
    Window window(String zone) {
        return new Window(browser.newContext(new Browser.NewContextOptions()
                .setTimezoneId(zone)
                .setLocale("en-GB")
                .setViewportSize(1280, 900)));
    }

    @Override
    public void close() {
        playwright.close();
    }

    /** A window whose console and pages are watched for what must not be. */
    static final class Window {

        private final BrowserContext context;
        private final Page page;
        private final List<String> complaints = new ArrayList<>();

        private Window(BrowserContext context) {
            this.context = context;
            this.page = context.newPage();
            page.setDefaultTimeout(10_000);
            page.onConsoleMessage(message -> {
                if (message.type().equals("error") && !message.text().contains("Failed to load resource")) {
                    complaints.add(message.text());
                }
            });
        }

        Page page() {
            return page;
        }

        /** What the browser itself complained of, such as a breach of the content security policy. */
        List<String> complaints() {
            return complaints;
        }

        List<String> accessibilityViolations() {
            return new AxeBuilder(page)
                    .analyze().getViolations().stream()
                            .map(violation -> violation.getId() + " "
                                    + violation.getNodes().stream()
                                            .map(node -> node.getHtml())
                                            .toList())
                            .toList();
        }

        /** Pictures at phone and desktop width, light and dark, under target/screens. */
        void pictures(String name) {
            for (var scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                for (var width : List.of(360, 1280)) {
                    page.setViewportSize(width, 900);
                    page.screenshot(new Page.ScreenshotOptions()
                            .setFullPage(true)
                            .setPath(Path.of(
                                    "target/screens",
                                    "%s-%d-%s.png"
                                            .formatted(
                                                    name, width, scheme.name().toLowerCase(java.util.Locale.ROOT)))));
                }
            }
        }

        /** Whether the page can be read without scrolling sideways, at 320 px too. */
        boolean fits(int width) {
            page.setViewportSize(width, 900);
            var fits = Boolean.TRUE.equals(
                    page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
            page.setViewportSize(1280, 900);
            return fits;
        }

        /** Looks at the page with tools that inject styles of their own, which the policy rightly blocks. */
        void inspect(Runnable look) {
            var before = List.copyOf(complaints);
            look.run();
            complaints.clear();
            complaints.addAll(before);
        }

        void close() {
            context.close();
        }
    }
}
