@NullMarked
package app.almanac.sessions;

import org.jspecify.annotations.NullMarked;
