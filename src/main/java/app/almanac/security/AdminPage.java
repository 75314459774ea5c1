package app.almanac.security;

/**
 * A page of a room for administrators, to which the head of every page of theirs leads while it is on. {@code name} is the
 * text's, as in {@code nav.sessions} and {@code sessions.title}.
 */
public record AdminPage(String path, String name, boolean isOn) {}
