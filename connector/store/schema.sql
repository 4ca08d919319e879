-- What does the store keep that no CRM could give back? Bookmarks, plans, outcomes, and what the store is.
-- The pulled tables stand in engine/records.py; the derived ones are made by backend.py.
CREATE SCHEMA IF NOT EXISTS kept;
CREATE SCHEMA IF NOT EXISTS work;
CREATE SCHEMA IF NOT EXISTS derived;

-- store_version, and who the rows belong to (<crm>.org_id).
CREATE TABLE IF NOT EXISTS kept.meta (
    key VARCHAR NOT NULL,
    value VARCHAR NOT NULL
);

-- How far each stream was read: every change stamped before `upper_edge` that the CRM showed then is in the store.
CREATE TABLE IF NOT EXISTS kept.bookmarks (
    crm VARCHAR NOT NULL,
    stream VARCHAR NOT NULL,
    upper_edge TIMESTAMPTZ NOT NULL,
    max_seen TIMESTAMPTZ,          -- the newest stamp read; null while the stream has no row
    swept_at TIMESTAMPTZ,          -- when every id and stamp was last compared; null while a first load is unfinished
    source VARCHAR NOT NULL        -- which columns it was read with; another source is read again from the beginning
);

-- When a stream with columns that change without a trace was last read in full; stores of the first version lack it.
ALTER TABLE kept.bookmarks ADD COLUMN IF NOT EXISTS refreshed_at TIMESTAMPTZ;

-- What each run wanted to write, one row an account; the cells are JSON by our field names.
CREATE TABLE IF NOT EXISTS kept.plans (
    run_id VARCHAR NOT NULL,
    account_id VARCHAR NOT NULL,
    account_name VARCHAR NOT NULL,
    parent_id VARCHAR,
    modified_at TIMESTAMPTZ,       -- the record's stamp when we read it
    cells VARCHAR NOT NULL,        -- what is to be written
    before VARCHAR NOT NULL,       -- what the CRM held in those cells, for a rollback
    moved VARCHAR NOT NULL,        -- the differences that made us write: [field, before, after]
    reason VARCHAR NOT NULL
);

-- What a plan is bound to: whose org, which rules, which records as they stood then.
CREATE TABLE IF NOT EXISTS kept.plan_heads (
    run_id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    rules_version INTEGER NOT NULL,
    rules_digest VARCHAR NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    digest VARCHAR NOT NULL,       -- of all this, the records' stamps and the cells
    warning VARCHAR NOT NULL       -- what the guards said
);

-- How every row we sent ended. `sent` stands for a moment only, or for ever if we were killed there.
CREATE TABLE IF NOT EXISTS kept.journal (
    run_id VARCHAR NOT NULL,
    account_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,        -- sent, ok, failed, unknown; left: never sent, a person's value stays
    code VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    fields VARCHAR NOT NULL,       -- those the CRM complained about, with commas
    sent_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    resolved BOOLEAN NOT NULL,     -- an unknown end that a later reading of the record has cleared up
    tries INTEGER NOT NULL,        -- in a row without success, this one included
    first_failed_at TIMESTAMPTZ
);

-- The job at the CRM in which a row travels, until its result was read; stores of the first version lack it.
ALTER TABLE kept.journal ADD COLUMN IF NOT EXISTS job VARCHAR;

-- When a failed row was given up: its account has gone, or shows by now what was to be written.
ALTER TABLE kept.journal ADD COLUMN IF NOT EXISTS given_up_at TIMESTAMPTZ;

-- Accounts whose newest row did not get through.
CREATE OR REPLACE VIEW kept.failing AS
SELECT account_id, run_id, state, code, message, fields, tries, first_failed_at
FROM (
    SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY sent_at DESC, run_id DESC) AS place
    FROM kept.journal
    WHERE state <> 'left'
)
WHERE place = 1 AND state <> 'ok' AND given_up_at IS NULL;

-- What told the role and the account of a contact or lead until it changed: the CRM has only the newest version.
CREATE TABLE IF NOT EXISTS kept.pasts (
    crm VARCHAR NOT NULL,
    person_id VARCHAR NOT NULL,
    until TIMESTAMPTZ NOT NULL,    -- the stamp of the version that said otherwise
    title VARCHAR,
    department VARCHAR,
    seniority VARCHAR,
    buying_role VARCHAR,
    account_id VARCHAR
);

-- The days on which we looked at the accounts, and the half-life by which minutes faded then.
CREATE TABLE IF NOT EXISTS kept.looks (
    day INTEGER NOT NULL,          -- since 1970-01-01, local
    half_life_days DOUBLE NOT NULL
);

-- What we believed of each account at the last look of a day; an account without a row had no engaged minutes.
CREATE TABLE IF NOT EXISTS kept.beliefs (
    day INTEGER NOT NULL,
    account_id VARCHAR NOT NULL,
    engaged_minutes DOUBLE NOT NULL
);

-- What we believed of a touch before a look on `until_day` found it elsewhere, on another day, or counting where it had not.
CREATE TABLE IF NOT EXISTS kept.former_touches (
    until_day INTEGER NOT NULL,
    activity_id VARCHAR NOT NULL,
    person_id VARCHAR NOT NULL,    -- empty: somebody whom the CRM does not name
    account_id VARCHAR,            -- null: it did not count
    day INTEGER,
    engaged_minutes DOUBLE         -- not faded
);

-- Whom we must not know any more: SHA-256 of ids and mail addresses, so that no later page brings them back.
CREATE TABLE IF NOT EXISTS kept.forgotten (
    fingerprint VARCHAR NOT NULL
);

-- Rows that differ since the derived tables were last made; emptied in the transaction that makes them.
CREATE TABLE IF NOT EXISTS work.changed (
    stream VARCHAR NOT NULL,
    id VARCHAR NOT NULL
);
