"""Taking what is due on a channel, as a function: planned once a connection instead of at every claim, which took
longer than the claim."""

from django.db import migrations

DUE = """d.state IN ('queued', 'sending')
        AND (d.state = 'queued' AND d.due_at <= p_late OR d.state = 'sending' AND d.lease_until <= p_late)"""
FREE = "(c.paced_until IS NULL OR c.paced_until <= p_late)"

# Whoever holds a method's row is the only one to send there, and has the pace set from now; what is pressing asks for
# no method. Each process passes over what another has locked *before* it counts how many it may take, so that as many
# as there are share the queue. Of a method it has, it takes all that waits there, and tells it together.
# A call is known by its `key`: the bundle's where it went as one before, the delivery's where it went alone, and
# otherwise the method's. What was claimed before is seen whole, as a bundle must not be torn; it is no more than was
# under way at once. And it goes first: whoever had it is dead or was too slow, and it has waited for that already.
# The shape is held against a planner that knows nothing of a queue that grew a moment ago: what a method has is looked
# up method by method, and what is taken by its id.
# The plan is kept for as long as its connection lives, so it is made for a queue of any length: by index, always.
TAKE = f"""
CREATE FUNCTION take_calls(
    p_channel text, p_at timestamptz, p_late timestamptz, p_most int,
    p_pace interval, p_lease interval, p_together int, p_seen int
) RETURNS SETOF accounts_delivery LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
RETURN QUERY
WITH urgent_begun AS MATERIALIZED (
    SELECT d.id FROM accounts_delivery d WHERE d.channel = p_channel AND d.pressing AND d.fence > 0 AND {DUE}
    ORDER BY d.due_at LIMIT p_most FOR UPDATE SKIP LOCKED
), urgent_fresh AS MATERIALIZED (
    SELECT d.id FROM accounts_delivery d WHERE d.channel = p_channel AND d.pressing AND d.fence = 0 AND {DUE}
    ORDER BY d.due_at LIMIT p_most - (SELECT count(*) FROM urgent_begun) FOR UPDATE SKIP LOCKED
), pressing AS MATERIALIZED (
    SELECT id FROM urgent_begun UNION ALL SELECT id FROM urgent_fresh
), room AS MATERIALIZED (
    SELECT p_most - count(*) AS calls FROM pressing
), waiting AS (
    SELECT d.method_id, d.due_at AS since, false AS fresh
    FROM accounts_delivery d JOIN accounts_contactmethod c ON c.id = d.method_id
    WHERE d.channel = p_channel AND NOT d.pressing AND d.fence > 0 AND {DUE} AND {FREE}
UNION ALL
    (SELECT d.method_id, d.due_at, true
    FROM accounts_delivery d JOIN accounts_contactmethod c ON c.id = d.method_id
    WHERE d.channel = p_channel AND NOT d.pressing AND d.fence = 0 AND {DUE} AND {FREE}
    ORDER BY d.due_at LIMIT p_seen)
), method AS MATERIALIZED (
    SELECT c.id FROM accounts_contactmethod c
    JOIN (
        SELECT method_id, bool_and(fresh) AS fresh, min(since) AS since FROM waiting GROUP BY method_id
    ) first ON first.method_id = c.id
    WHERE {FREE}
    ORDER BY first.fresh, first.since, c.id LIMIT (SELECT calls FROM room) FOR NO KEY UPDATE OF c SKIP LOCKED
), there AS MATERIALIZED (
    SELECT each.*, row_number() OVER (PARTITION BY key ORDER BY since, each.id) AS place
    FROM method CROSS JOIN LATERAL (
        SELECT d.id, d.state, d.fence, d.due_at AS since, d.fence = 0 AS fresh,
            CASE WHEN d.fence = 0 THEN 'm' || d.method_id ELSE coalesce('b' || d.bundle, 'd' || d.id) END AS key
        FROM accounts_delivery d WHERE d.method_id = method.id AND NOT d.pressing AND {DUE}
        OFFSET 0
    ) each
), call AS MATERIALIZED (
    SELECT key FROM (
        SELECT key, fresh, min(since) AS since,
            sum(count(*)) OVER (ORDER BY fresh, min(since), key) - count(*) AS before
        FROM there WHERE place <= p_together GROUP BY key, fresh
    ) one WHERE before < p_together ORDER BY fresh, since, key LIMIT (SELECT calls FROM room)
), mine AS MATERIALIZED (
    SELECT d.id, d.idempotency_key, d.method_id, chosen.fresh
    FROM (SELECT * FROM there WHERE key IN (SELECT key FROM call) AND place <= p_together OFFSET 0) chosen
    JOIN accounts_delivery d ON d.id = chosen.id
    WHERE d.fence = chosen.fence AND d.state = chosen.state FOR UPDATE OF d SKIP LOCKED
), paced AS (
    UPDATE accounts_contactmethod SET paced_until = p_at + p_pace WHERE id IN (SELECT method_id FROM mine)
), told AS (
    SELECT id, NULL AS bundle FROM pressing
UNION ALL
    SELECT id, CASE WHEN fresh AND count(*) OVER each > 1 THEN first_value(idempotency_key) OVER each END
    FROM mine
    WINDOW each AS (
        PARTITION BY method_id, fresh ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
)
UPDATE accounts_delivery d
SET state = 'sending', fence = d.fence + 1, lease_until = p_at + p_lease,
    bundle = coalesce(told.bundle, d.bundle)
FROM told WHERE d.id = told.id
RETURNING d.*;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_exercises")]

    operations = [
        migrations.RunSQL(
            TAKE,
            "DROP FUNCTION take_calls(text, timestamptz, timestamptz, int, interval, interval, int, int)",
        ),
    ]
