package app.almanac.devices;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** Devices in words. */
@Component
class DeviceCards {

    /**
     * One device as pages show it: {@code name} is what its person called it, else {@code what}, which is browser and
     * system. Times are RFC 3339, with how long ago that is in words.
     */
    record Card(
            String id,
            String name,
            String what,
            @Nullable String givenName,
            boolean current,
            boolean ours,
            @Nullable String address,
            String firstSeen,
            String firstSeenAgo,
            String lastSeen,
            String lastSeenAgo) {}

    /** As much as is shown of what a device that we do not know says of itself. */
    private static final int LONGEST = 60;

    private final MessageSource texts;
    private final Clock clock;

    DeviceCards(MessageSource texts, Clock clock) {
        this.texts = texts;
        this.clock = clock;
    }

    /** This one first, then by last use. */
    List<Card> of(List<Device> devices, Device own) {
        return devices.stream()
                .sorted(Comparator.comparing((Device device) -> !device.id().equals(own.id()))
                        .thenComparing(Device.BY_LAST_USE))
                .map(device -> card(device, device.id().equals(own.id())))
                .toList();
    }

    String name(Device device) {
        var given = device.givenName();
        return given == null ? what(device) : given;
    }

    private Card card(Device device, boolean current) {
        return new Card(
                device.id().toString(),
                name(device),
                what(device),
                device.givenName(),
                current,
                device.isOurs(),
                device.address(),
                device.firstSeen().toString(),
                ago(device.firstSeen()),
                device.lastSeen().toString(),
                ago(device.lastSeen()));
    }

    private String what(Device device) {
        var words = BrowserWords.in(device.userAgent());
        if (words.browser() != null && words.system() != null) {
            return text("devices.what", words.browser(), words.system());
        }
        if (words.browser() != null) {
            return words.browser();
        }
        if (words.system() != null) {
            return text("devices.what.system", words.system());
        }
        var agent = device.userAgent();
        return agent == null || agent.isBlank()
                ? text("devices.what.unknown")
                : agent.strip().substring(0, Math.min(agent.strip().length(), LONGEST));
    }

    String ago(Instant then) {
        var past = Duration.between(then, clock.instant());
        if (past.compareTo(Duration.ofMinutes(5)) < 0) {
            return text("devices.ago.now");
        }
        if (past.compareTo(Duration.ofHours(1)) < 0) {
            return text("devices.ago.minutes", past.toMinutes());
        }
        if (past.compareTo(Duration.ofDays(1)) < 0) {
            return text("devices.ago.hours", past.toHours());
        }
        return text("devices.ago.days", past.toDays());
    }

    private String text(String key, Object... values) {
        return texts.getMessage(key, values, Locale.ENGLISH);
    }
}
