/** Tests of the settings. */
@NullMarked
package app.almanac.settings;

import org.jspecify.annotations.NullMarked;
