-- The relationship tally: for every kept touch of a person, channel weight times recency weight, added up per account.
SELECT contributions.account_no, sum(channels.weight * recency.weight) AS tally
FROM derived.contributions AS contributions
INNER JOIN work.kinds AS kinds ON kinds.kind_no = contributions.kind_no
INNER JOIN work.relationship_channels AS channels ON channels.channel = kinds.channel
INNER JOIN work.relationship_recency AS recency ON recency.age = $as_of - contributions.day
GROUP BY contributions.account_no
ORDER BY contributions.account_no
