package sandbox;

import freemarker.cache.StringTemplateLoader;
import freemarker.core.HTMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateMethodModelEx;
import freemarker.template.TemplateModelException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import tools.jackson.databind.JsonNode;

/** Pages of the theme that the kickstart makes, rendered by FreeMarker with FusionAuth's settings and helpers of ours. */
final class ThemePages {

    /** Of those that every FusionAuth has, the ones that can come up here. */
    private static final Map<String, String> DEFAULT_MESSAGES = Map.of(
            "login", "Login",
            "register", "Register",
            "submit", "Submit",
            "loginId", "Login",
            "password", "Password",
            "email", "Email",
            "forgot-your-password", "Forgot your password?",
            "[WebhookTransactionException]", "One or more webhooks returned an invalid response or were unreachable.",
            "[SelfServiceCustomValidationException]", "Extended validation failed. Unable to complete registration.");

    private final Configuration freeMarker = new Configuration(Configuration.VERSION_2_3_34);
    private final Map<String, String> messages = new LinkedHashMap<>(DEFAULT_MESSAGES);

    /** {@code theme} is the theme as the kickstart's requests have left it. */
    ThemePages(JsonNode theme) {
        var templates = new StringTemplateLoader();
        templates.putTemplate("_helpers.ftl", helpers());
        theme.path("templates").properties().forEach(template -> {
            var name = template.getKey().replaceFirst("^oauth2", "");
            templates.putTemplate(
                    "oauth2/" + Character.toLowerCase(name.charAt(0)) + name.substring(1) + ".ftl",
                    template.getValue().asString());
        });
        freeMarker.setTemplateLoader(templates);
        freeMarker.setTagSyntax(Configuration.AUTO_DETECT_TAG_SYNTAX);
        freeMarker.setOutputFormat(HTMLOutputFormat.INSTANCE);
        freeMarker.setURLEscapingCharset("UTF-8");
        freeMarker.setLogTemplateExceptions(false);
        read(theme.path("localizedMessages").path("en").asString("")).forEach(messages::put);
    }

    /** {@code page} as in {@code oauth2/register}. */
    String render(String page, Map<String, Object> model) {
        var all = new LinkedHashMap<>(model);
        TemplateMethodModelEx message = arguments -> {
            if (arguments.isEmpty()) {
                throw new TemplateModelException("a message needs a key");
            }
            return message(String.valueOf(arguments.getFirst()));
        };
        all.put("theme", Map.of("message", message, "optionalMessage", message));
        all.put("request", Map.of("contextPath", ""));
        var out = new StringWriter();
        try {
            freeMarker.getTemplate(page + ".ftl").process(all, out);
        } catch (IOException | TemplateException e) {
            throw new IllegalStateException(e);
        }
        return out.toString();
    }

    /** The text for a key, the key where there is none: as FusionAuth does since 1.53. */
    String message(String key) {
        return messages.getOrDefault(key, key);
    }

    boolean knows(String key) {
        return messages.containsKey(key);
    }

    private static Map<String, String> read(String text) {
        var properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var all = new LinkedHashMap<String, String>();
        properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
        return all;
    }

    private static String helpers() {
        try (var file = ThemePages.class.getResourceAsStream("/theme/_helpers.ftl")) {
            if (file == null) {
                throw new IllegalStateException("the helpers are not there");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
