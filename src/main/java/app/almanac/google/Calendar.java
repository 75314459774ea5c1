package app.almanac.google;

import java.util.List;

/** One calendar of an account with its events; {@code incomplete} when some or all of them could not be read. */
public record Calendar(String id, String name, List<Event> events, boolean incomplete) {}
