@NullMarked
package app.almanac.devices;

import org.jspecify.annotations.NullMarked;
