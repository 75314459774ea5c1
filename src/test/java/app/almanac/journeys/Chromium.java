package app.almanac.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The system's Chromium. */
final class Chromium implements AutoCloseable {

    /** As {@code app.almanac.Wait}: a busy machine is no failure. */
    private static final int PATIENCE = 60_000;

    static {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
    }

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
            page.setDefaultTimeout(PATIENCE);
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

        /** Fills FusionAuth's sign-in page, which must be here. */
        void signIn(String login, String password) {
            page.getByLabel("E-mail").fill(login);
            page.getByLabel("Password").fill(password);
            press("Sign in");
        }

        void press(String button) {
            page.getByRole(
                            AriaRole.BUTTON,
                            new Page.GetByRoleOptions().setName(button).setExact(true))
                    .click();
        }

        void follow(String link) {
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(link))
                    .first()
                    .click();
        }

        /** Waits for the page that says what came of it. */
        void outcome(String outcome) {
            PlaywrightAssertions.assertThat(page.locator("[data-outcome]")).hasAttribute("data-outcome", outcome);
        }

        /** The page is accessible and readable at 320 px without scrolling sideways; pictures go to target/screens. */
        void checked(String name) {
            assertThat(fits(320)).as(name + " fits 320 px").isTrue();
            // The tools inject styles of their own, which the policy rightly blocks: that is no complaint.
            var before = List.copyOf(complaints);
            assertThat(accessibilityViolations()).as("accessibility of " + name).isEmpty();
            pictures(name);
            complaints.clear();
            complaints.addAll(before);
        }

        /** Once nothing moves: half-way from one colour to another is no contrast that anybody reads by. */
        private List<String> accessibilityViolations() {
            page.evaluate("document.getAnimations().forEach(one => one.finish())");
            return new AxeBuilder(page)
                    .analyze().getViolations().stream()
                            .map(violation -> violation.getId() + " "
                                    + violation.getNodes().stream()
                                            .map(node -> node.getHtml())
                                            .toList())
                            .toList();
        }

        /** At phone and desktop width, light and dark. */
        private void pictures(String name) {
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

        private boolean fits(int width) {
            page.setViewportSize(width, 900);
            var fits = Boolean.TRUE.equals(
                    page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
            page.setViewportSize(1280, 900);
            return fits;
        }

        void close() {
            context.close();
        }
    }
}
