package app.almanac.devices;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Browser and system in words, from a user agent or from FusionAuth's name of a device ("macOS Chrome"). Ours and small: browsers freeze versions and models there, so that
 * product names are all that is left to read, and they are for recognition only. Unknown ones are null.
 */
record BrowserWords(@Nullable String browser, @Nullable String system) {

    /** In order: whoever imitates another comes first. */
    private static final Map<String, String> BROWSERS = ordered(
            "Edg", "Edge",
            "OPR", "Opera",
            "OPT", "Opera",
            "Opera", "Opera",
            "Vivaldi", "Vivaldi",
            "YaBrowser", "Yandex Browser",
            "SamsungBrowser", "Samsung Internet",
            "DuckDuckGo", "DuckDuckGo",
            "Ddg", "DuckDuckGo",
            "FxiOS", "Firefox",
            "Firefox", "Firefox",
            "CriOS", "Chrome",
            "Chromium", "Chromium",
            "Chrome", "Chrome",
            "Safari", "Safari");

    private static final Map<String, String> SYSTEMS = ordered(
            "iPhone", "iPhone",
            "iPad", "iPad",
            "Android", "Android",
            "CrOS", "ChromeOS",
            "Windows", "Windows",
            "Macintosh", "macOS",
            "macOS", "macOS",
            "Linux", "Linux");

    static BrowserWords in(@Nullable String userAgent) {
        return new BrowserWords(first(BROWSERS, userAgent), first(SYSTEMS, userAgent));
    }

    private static @Nullable String first(Map<String, String> words, @Nullable String userAgent) {
        return userAgent == null
                ? null
                : words.entrySet().stream()
                        .filter(word -> userAgent.contains(word.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(null);
    }

    private static Map<String, String> ordered(String... pairs) {
        var map = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
