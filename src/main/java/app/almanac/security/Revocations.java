package app.almanac.security;

import app.almanac.fusionauth.RefreshTokens;
import app.almanac.upstream.Upstream;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Refresh tokens that are to be revoked, kept in PostgreSQL until FusionAuth has confirmed it. Whoever has a reason
 * queues them in the reason's transaction and tries at once afterwards; later tries wait two seconds, four, at most a
 * minute.
 */
@Component
public class Revocations {

    private static final Logger log = LoggerFactory.getLogger(Revocations.class);
    private static final int AT_ONCE = 50;

    private final JdbcClient jdbc;
    private final RefreshTokens refreshTokens;
    private final ExecutorService threads = Upstream.threads();

    Revocations(JdbcClient jdbc, RefreshTokens refreshTokens) {
        this.jdbc = jdbc;
        this.refreshTokens = refreshTokens;
    }

    /** Queues these: they are no longer anybody's device, and are revoked as soon as FusionAuth answers. */
    public void queue(Collection<UUID> ids) {
        // In order, or two transactions with the same ids could wait for each other.
        ids.stream().sorted().forEach(id -> jdbc.sql("""
                        INSERT INTO refresh_token_revocation (refresh_token_id, next_try_at)
                        VALUES (:id, now() + interval '3 seconds') ON CONFLICT DO NOTHING
                        """).param("id", id).update());
    }

    /** Tries queued ones now, outside of any transaction; those that fail stay queued. */
    public void attempt(Collection<UUID> ids) {
        var trying = ids.stream().map(id -> threads.submit(() -> attempt(id))).toList();
        try {
            for (var one : trying) {
                one.get();
            }
        } catch (ExecutionException e) {
            log.warn("A revocation could not be written down and is tried again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Those of these that wait to be revoked, or were lately: a listing from before still shows them. */
    public Set<UUID> givenUp(Collection<UUID> ids) {
        return ids.isEmpty()
                ? Set.of()
                : Set.copyOf(jdbc.sql("""
                                SELECT refresh_token_id FROM refresh_token_revocation WHERE refresh_token_id IN (:ids)
                                """).param("ids", ids).query(UUID.class).list());
    }

    @Scheduled(fixedDelay = 1000)
    void attemptDue() {
        try {
            attempt(due());
        } catch (DataAccessException e) {
            log.warn("Revocations wait for PostgreSQL");
        }
    }

    @Scheduled(fixedDelay = 60_000)
    void forgetConfirmed() {
        jdbc.sql("DELETE FROM refresh_token_revocation WHERE confirmed_at < now() - interval '10 minutes'")
                .update();
    }

    /** Taking one postpones it: no other instance takes it meanwhile, and a crash loses nothing. */
    private List<UUID> due() {
        return List.copyOf(
                jdbc.sql("""
                        UPDATE refresh_token_revocation
                        SET tries = tries + 1,
                            next_try_at = now() + least(power(2, least(tries + 1, 6)), 60) * interval '1 second'
                        WHERE refresh_token_id IN (
                            SELECT refresh_token_id FROM refresh_token_revocation WHERE confirmed_at IS NULL AND next_try_at <= now()
                            ORDER BY next_try_at LIMIT :most FOR UPDATE SKIP LOCKED)
                        RETURNING refresh_token_id
                        """).param("most", AT_ONCE).query(UUID.class).list());
    }

    private void attempt(UUID id) {
        if (refreshTokens.revoke(id)) {
            jdbc.sql("UPDATE refresh_token_revocation SET confirmed_at = now() WHERE refresh_token_id = :id")
                    .param("id", id)
                    .update();
        } else {
            log.warn("A refresh token could not be revoked yet; it is tried again");
        }
    }
}
