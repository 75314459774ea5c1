/** Measures the packaged application beside stand-ins with set delays. No part of {@code verify}. */
@NullMarked
package sandbox.bench;

import org.jspecify.annotations.NullMarked;
