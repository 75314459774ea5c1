-- How many wrong codes came in ten minutes: by address, by e-mail (both as fingerprints) and in all, for every instance.
CREATE TABLE wrong_code (
    who TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    times INT NOT NULL DEFAULT 1,
    PRIMARY KEY (who, since)
);
