/** Tests of what an operator starts from: compose file, environment, kickstart, packaged application. */
@NullMarked
package app.almanac.setup;

import org.jspecify.annotations.NullMarked;
