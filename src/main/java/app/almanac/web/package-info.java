/** Page furniture: layout, error pages, notices, the viewer's time zone and locale. */
@NullMarked
@ApplicationModule(
        displayName = "Web",
        allowedDependencies = {})
package app.almanac.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
