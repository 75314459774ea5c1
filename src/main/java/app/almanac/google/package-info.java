/**
 * Gateway to Google: the code flow, access tokens, calendars and events. The only importer of {@code com.google.*}.
 * Vendor's limits: 10,000 requests a minute and project, 600 a minute, user and project; {@code events.list} answers
 * 250 events a page by default and 2,500 at most, {@code calendarList.list} 100 and 250.
 */
@NullMarked
@ApplicationModule(
        displayName = "Google",
        allowedDependencies = {})
package app.almanac.google;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
