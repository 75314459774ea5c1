package app.almanac.devices;

import app.almanac.settings.BadSetting;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** On how many devices somebody may be signed in ({@code DEVICES_LIMIT}; 0: as many as they like), and what happens then. */
@ConfigurationProperties("almanac")
record DeviceSettings(Integer devicesLimit, Policy devicesPolicy) {

    enum Policy {
        /** They pick which device to end. */
        CHOOSE,
        /** The sign-in is refused. */
        REFUSE
    }

    DeviceSettings {
        BadSetting.present("DEVICES_POLICY", devicesPolicy);
        if (BadSetting.present("DEVICES_LIMIT", devicesLimit) < 0) {
            throw new BadSetting("DEVICES_LIMIT", "is negative: set it to a whole number, or to 0 for no limit.");
        }
    }

    /** How many of {@code others} have to end before one more is within the limit. */
    int tooMany(int others) {
        return devicesLimit == 0 ? 0 : Math.max(0, others + 1 - devicesLimit);
    }
}
