/** Tests of the legacy connector. */
@NullMarked
package app.almanac.connector;

import org.jspecify.annotations.NullMarked;
