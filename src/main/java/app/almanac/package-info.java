/** Almanac: several Google accounts, one login, one calendar. */
@NullMarked
package app.almanac;

import org.jspecify.annotations.NullMarked;
