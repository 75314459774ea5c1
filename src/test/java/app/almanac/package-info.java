/** Tests of the whole. */
@NullMarked
package app.almanac;

import org.jspecify.annotations.NullMarked;
