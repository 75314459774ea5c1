/** What the gateway to FusionAuth relies on, tried against the sandbox and, when its address is given, the real thing. */
@NullMarked
package app.almanac.fusionauth;

import org.jspecify.annotations.NullMarked;
