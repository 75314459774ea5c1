@NullMarked
package app.almanac.invitations;

import org.jspecify.annotations.NullMarked;
