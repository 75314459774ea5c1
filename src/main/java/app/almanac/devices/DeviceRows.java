package app.almanac.devices;

import app.almanac.devices.Device.End;
import app.almanac.devices.Device.State;
import app.almanac.fusionauth.PersonId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Devices in PostgreSQL. Whatever changes how many a person has is done under that person's lock. */
@Component
class DeviceRows {

    /** A device, and whether others appeared that it was not told of. */
    record Found(Device device, boolean news) {}

    private final JdbcClient jdbc;

    DeviceRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Until the transaction ends, nobody else decides on this person's devices. */
    void lock(PersonId person) {
        jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('devices ' || :person, 0))")
                .param("person", person.toString())
                .query((row, number) -> 0)
                .single();
    }

    /** Live and waiting ones. */
    List<Device> of(PersonId person) {
        return jdbc.sql("SELECT * FROM device WHERE person_id = :person AND state <> 'ended'")
                .param("person", person.value())
                .query((row, number) -> read(row))
                .list();
    }

    /**
     * The device that a session speaks for: by its refresh token, and else, when the same browser has signed in again
     * meanwhile, by the browser.
     */
    Optional<Found> find(PersonId person, @Nullable UUID refreshToken, @Nullable String browser) {
        return jdbc.sql("""
                        SELECT *, EXISTS (
                            SELECT 1 FROM device other
                            WHERE other.person_id = device.person_id AND other.state = 'live'
                                AND other.id <> device.id AND other.first_seen > device.told_until) AS news
                        FROM device
                        WHERE person_id = :person
                            AND (refresh_token_id = :token OR (browser = :browser AND state <> 'ended'))
                        ORDER BY (refresh_token_id = :token) DESC NULLS LAST LIMIT 1
                        """)
                .param("person", person.value())
                .param("token", refreshToken)
                .param("browser", browser)
                .query((row, number) -> new Found(read(row), row.getBoolean("news")))
                .optional();
    }

    /** Whoever is or waits to be signed in in this browser, or by this refresh token. */
    List<Device> inBrowser(String browser, @Nullable UUID refreshToken) {
        return jdbc.sql("""
                        SELECT * FROM device WHERE (browser = :browser OR refresh_token_id = :token) AND state <> 'ended'
                        """)
                .param("browser", browser)
                .param("token", refreshToken)
                .query((row, number) -> read(row))
                .list();
    }

    /** Of these refresh tokens, those that are or were a device. */
    Set<UUID> known(Collection<UUID> refreshTokens) {
        return refreshTokens.isEmpty()
                ? Set.of()
                : Set.copyOf(jdbc.sql("SELECT refresh_token_id FROM device WHERE refresh_token_id IN (:tokens)")
                        .param("tokens", refreshTokens)
                        .query(UUID.class)
                        .list());
    }

    void add(Device device) {
        jdbc.sql("""
                        INSERT INTO device (id, person_id, refresh_token_id, browser, state, given_name, user_agent,
                            address, issued_at, authenticated_at, first_seen, last_seen, signed_in_at, told_until)
                        VALUES (:id, :person, :token, :browser, :state, :name, :userAgent,
                            :address, :issued, :authenticated, :first, :last, :signedIn, :told)
                        ON CONFLICT (refresh_token_id) DO NOTHING
                        """)
                .param("id", device.id())
                .param("person", device.person().value())
                .param("token", device.refreshToken())
                .param("browser", device.browser())
                .param("state", word(device.state()))
                .param("name", device.givenName())
                .param("userAgent", device.userAgent())
                .param("address", device.address())
                .param("issued", at(device.issuedAt()))
                .param("authenticated", device.authenticatedAt() == null ? null : at(device.authenticatedAt()))
                .param("first", at(device.firstSeen()))
                .param("last", at(device.lastSeen()))
                .param("signedIn", at(device.signedInAt()))
                .param("told", at(device.toldUntil()))
                .update();
    }

    void remove(UUID id) {
        jdbc.sql("DELETE FROM device WHERE id = :id").param("id", id).update();
    }

    void end(Collection<UUID> ids, End end) {
        if (!ids.isEmpty()) {
            jdbc.sql("""
                            UPDATE device SET state = 'ended', end_reason = :reason, ended_by = :by, ended_at = :at
                            WHERE id IN (:ids) AND state <> 'ended'
                            """)
                    .param("reason", end.reason())
                    .param("by", end.by())
                    .param("at", at(end.at()))
                    .param("ids", ids)
                    .update();
        }
    }

    /** Lets one in that waits: now it is news to the others. False when it waits no more. */
    boolean admit(UUID id, Instant now) {
        return jdbc.sql("UPDATE device SET state = 'live', first_seen = :now WHERE id = :id AND state = 'waiting'")
                        .param("id", id)
                        .param("now", at(now))
                        .update()
                == 1;
    }

    /** Whether a device that signed in by this very proof was ended by another one of this person's. */
    boolean isEndedFromAfar(PersonId person, Instant authenticatedAt) {
        return jdbc.sql("""
                        SELECT EXISTS (SELECT 1 FROM device WHERE person_id = :person
                            AND authenticated_at = :authenticated AND end_reason IN ('elsewhere', 'limit'))
                        """)
                .param("person", person.value())
                .param("authenticated", at(authenticatedAt))
                .query(Boolean.class)
                .single();
    }

    void name(UUID id, @Nullable String name) {
        jdbc.sql("UPDATE device SET given_name = :name WHERE id = :id")
                .param("name", name)
                .param("id", id)
                .update();
    }

    void seen(UUID id, Instant now, String address) {
        jdbc.sql("UPDATE device SET last_seen = :now, address = :address WHERE id = :id")
                .param("now", at(now))
                .param("address", address)
                .param("id", id)
                .update();
    }

    /** Others of this person's that appeared after this one was last told of any. */
    List<Device> newSince(Device device) {
        return jdbc.sql("""
                        SELECT * FROM device
                        WHERE person_id = :person AND state = 'live' AND id <> :id AND first_seen > :told
                        ORDER BY first_seen
                        """)
                .param("person", device.person().value())
                .param("id", device.id())
                .param("told", at(device.toldUntil()))
                .query((row, number) -> read(row))
                .list();
    }

    void told(UUID id, Instant until) {
        jdbc.sql("UPDATE device SET told_until = greatest(told_until, :until) WHERE id = :id")
                .param("until", at(until))
                .param("id", id)
                .update();
    }

    /** Ends those whose sessions have ended unused, and sign-ins that nobody decided on; answers their refresh tokens. */
    List<UUID> sweep(Instant now, Instant unusedSince, Instant begunBefore, Instant waitingSince) {
        return List.copyOf(jdbc
                .sql("""
                        UPDATE device SET state = 'ended', ended_at = :now,
                            end_reason = CASE state WHEN 'waiting' THEN 'undecided' ELSE 'idle' END
                        WHERE browser IS NOT NULL
                            AND (state = 'live' AND (last_seen < :unused OR signed_in_at < :begun)
                                OR state = 'waiting' AND signed_in_at < :waiting)
                        RETURNING refresh_token_id
                        """)
                .param("now", at(now))
                .param("unused", at(unusedSince))
                .param("begun", at(begunBefore))
                .param("waiting", at(waitingSince))
                .query((row, number) -> Optional.ofNullable(row.getObject(1, UUID.class)))
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList());
    }

    /** The device of a refresh token is over, whosever it is. */
    void endByToken(UUID refreshToken, End end) {
        jdbc.sql("SELECT id FROM device WHERE refresh_token_id = :token")
                .param("token", refreshToken)
                .query(UUID.class)
                .optional()
                .ifPresent(id -> end(List.of(id), end));
    }

    /** This person is connecting an account through FusionAuth's pages. */
    void connecting(PersonId person, Instant until) {
        jdbc.sql("""
                        INSERT INTO hosted_connection (person_id, open_until) VALUES (:person, :until)
                        ON CONFLICT (person_id) DO UPDATE SET open_until = excluded.open_until
                        """).param("person", person.value()).param("until", at(until)).update();
    }

    boolean isConnecting(PersonId person, Instant now) {
        return jdbc.sql(
                        "SELECT EXISTS (SELECT 1 FROM hosted_connection WHERE person_id = :person AND open_until > :now)")
                .param("person", person.value())
                .param("now", at(now))
                .query(Boolean.class)
                .single();
    }

    /** Nobody's session is as old as these. */
    void forget(Instant endedBefore) {
        jdbc.sql("DELETE FROM device WHERE state = 'ended' AND ended_at < :before")
                .param("before", at(endedBefore))
                .update();
        jdbc.sql("DELETE FROM hosted_connection WHERE open_until < :before")
                .param("before", at(endedBefore))
                .update();
    }

    private static Device read(ResultSet row) throws SQLException {
        var reason = row.getString("end_reason");
        return new Device(
                row.getObject("id", UUID.class),
                new PersonId(row.getObject("person_id", UUID.class)),
                row.getObject("refresh_token_id", UUID.class),
                row.getString("browser"),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("given_name"),
                row.getString("user_agent"),
                row.getString("address"),
                instant(row, "issued_at"),
                Optional.ofNullable(row.getObject("authenticated_at", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant)
                        .orElse(null),
                instant(row, "first_seen"),
                instant(row, "last_seen"),
                instant(row, "signed_in_at"),
                instant(row, "told_until"),
                reason == null ? null : new End(reason, row.getString("ended_by"), instant(row, "ended_at")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
