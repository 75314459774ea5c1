/** The rules of roles, tried without an application around them. */
@NullMarked
package app.almanac.roles;

import org.jspecify.annotations.NullMarked;
