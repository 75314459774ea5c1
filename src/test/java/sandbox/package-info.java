/** Stand-ins for FusionAuth and Google on loopback, for {@code spring-boot:test-run} and tests; never in the jar. */
@NullMarked
package sandbox;

import org.jspecify.annotations.NullMarked;
