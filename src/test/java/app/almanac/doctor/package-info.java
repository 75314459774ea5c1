/** Tests of the doctor. */
@NullMarked
package app.almanac.doctor;

import org.jspecify.annotations.NullMarked;
