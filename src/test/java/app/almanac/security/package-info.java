@NullMarked
package app.almanac.security;

import org.jspecify.annotations.NullMarked;
