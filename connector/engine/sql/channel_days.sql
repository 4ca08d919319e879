-- How many engaged minutes did each account get on each day through each channel?
SELECT contributions.account_no, contributions.day, kinds.channel, sum(contributions.engaged_minutes) AS minutes
FROM derived.contributions AS contributions
INNER JOIN work.kinds AS kinds ON kinds.kind_no = contributions.kind_no
GROUP BY contributions.account_no, contributions.day, kinds.channel
