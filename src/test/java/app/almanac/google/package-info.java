/** Tests of the gateway to Google. */
@NullMarked
package app.almanac.google;

import org.jspecify.annotations.NullMarked;
