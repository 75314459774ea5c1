@NullMarked
package app.almanac.accounts;

import org.jspecify.annotations.NullMarked;
