/** Tests of the gateway to Google. */
@NullMarked
package app.almanac.calendar;

import org.jspecify.annotations.NullMarked;
