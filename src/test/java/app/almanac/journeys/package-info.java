/** Almanac from outside: the real application beside the sandbox, by HTTP and in a real browser. */
@NullMarked
package app.almanac.journeys;

import org.jspecify.annotations.NullMarked;
