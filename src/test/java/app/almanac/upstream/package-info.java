@NullMarked
package app.almanac.upstream;

import org.jspecify.annotations.NullMarked;
