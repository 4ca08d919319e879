-- What happened in each buying centre of an account on each day? As account_days; work.centred says what belongs to which.
-- A person counts in a centre on a day that counts for the account, if they were there with what belongs to the centre.
WITH there AS (
    SELECT
        account_no,
        centre,
        day,
        person_no,
        min(name) AS name,
        max(ends) AS ends,
        sum(minutes) AS minutes,
        bit_or(signs) AS signs,
        max(counts) AS counts
    FROM work.centred
    GROUP BY account_no, centre, day, person_no
)
SELECT
    account_no,
    centre,
    day,
    min(min(name)) OVER (PARTITION BY account_no, centre) AS name,
    max(ends) AS ends,
    sum(minutes) AS minutes,
    CAST(sum(CASE WHEN signs & 1 > 0 THEN counts ELSE 0 END) AS INTEGER) AS people,
    bit_or(signs) & 2 > 0 AS two_way,
    bit_or(signs) & 4 > 0 AS act_now,
    bit_or(signs) & 8 > 0 AS wanted
FROM there
GROUP BY account_no, centre, day
ORDER BY account_no, centre, day
