-- Longer than the pool waits for an answer, where no transaction of Almanac's may be idle.
DO $$
BEGIN
    IF current_setting('idle_in_transaction_session_timeout') <> '0' THEN
        RAISE EXCEPTION 'Flyway keeps its lock in a transaction that is idle for as long as a migration takes';
    END IF;
    PERFORM pg_sleep(5.5);
END $$;
