"""One query per invariant of draws and their tickets: each returns what breaks it."""

INVARIANTS: dict[str, str] = {
    "tickets_not_counted": """
        SELECT d.draw_id, d.total_entries, t.many, t.first, t.last
        FROM draws d
        LEFT JOIN (
            SELECT draw_id, count(*) AS many, min(position) AS first, max(position) AS last
            FROM tickets GROUP BY draw_id
        ) t ON t.draw_id = d.draw_id
        WHERE d.total_entries <> coalesce(t.many, 0)
           OR d.total_entries <> coalesce(t.last, 0) OR t.first <> 1
    """,
    "ticket_without_draw": """
        SELECT DISTINCT t.draw_id FROM tickets t
        LEFT JOIN draws d ON d.draw_id = t.draw_id WHERE d.draw_id IS NULL
    """,
    "ticket_out_of_time": """
        SELECT t.draw_id, t.position, t.issued_ms FROM tickets t
        JOIN draws d ON d.draw_id = t.draw_id
        WHERE t.issued_ms < extract(epoch FROM d.opens_at) * 1000
           OR t.issued_ms >= extract(epoch FROM d.locks_at) * 1000
    """,
    "ticket_in_a_break": """
        SELECT t.draw_id, t.position, t.user_id, e.until FROM tickets t
        JOIN self_exclusions e ON e.user_id = t.user_id
        WHERE t.issued_ms >= extract(epoch FROM e.created_at) * 1000
          AND t.issued_ms < extract(epoch FROM e.until) * 1000
    """,
    # At each purchase the sum of the running period, it included, against what was in force.
    "played_beyond_own_limit": """
        SELECT line.user_id, line.period, line.draw_id, line.position, line.spent_minor,
               own.amount_minor AS limit_minor
        FROM (
            SELECT t.user_id, p.period, t.draw_id, t.position, d.status,
                   to_timestamp(t.issued_ms / 1000.0) AS issued_at,
                   sum(t.quantity * d.price_minor) FILTER (WHERE d.status <> 'void') OVER (
                       PARTITION BY t.user_id, p.period,
                           date_trunc(p.period, to_timestamp(t.issued_ms / 1000.0), 'UTC')
                       ORDER BY t.issued_ms) AS spent_minor
            FROM tickets t
            JOIN draws d ON d.draw_id = t.draw_id
            CROSS JOIN (VALUES ('day'), ('week'), ('month')) AS p (period)
            WHERE t.quantity IS NOT NULL AND EXISTS (SELECT FROM play_limits l
                WHERE l.user_id = t.user_id AND l.kind = 'play' AND l.period = p.period)
        ) line
        JOIN LATERAL (
            SELECT l.amount_minor FROM play_limits l
            WHERE l.user_id = line.user_id AND l.kind = 'play' AND l.period = line.period
              AND l.created_at < line.issued_at AND l.takes_effect_at <= line.issued_at
            ORDER BY l.id DESC LIMIT 1
        ) own ON line.status <> 'void' AND line.spent_minor > own.amount_minor
    """,
    "purchase_not_whole": """
        SELECT draw_id, sum(quantity) AS bought, count(*) AS tickets
        FROM tickets GROUP BY draw_id, user_id
        HAVING coalesce(sum(quantity), 0) <> count(*)
    """,
    "tickets_beyond_limit": """
        SELECT t.draw_id, t.user_id, count(*) AS tickets, d.most_per_person
        FROM tickets t JOIN draws d ON d.draw_id = t.draw_id
        GROUP BY t.draw_id, t.user_id, d.most_per_person
        HAVING count(*) > d.most_per_person
    """,
    "ticket_held_wrong": """
        SELECT draw_id, position, user_id, held_count, expected FROM (
            SELECT draw_id, position, user_id, held_count, row_number() OVER (
                PARTITION BY draw_id, user_id ORDER BY position) AS expected FROM tickets
        ) line WHERE held_count <> expected
    """,
    "blocks_missing": """
        SELECT d.draw_id, d.total_entries, count(b.block) AS blocks
        FROM draws d LEFT JOIN ticket_blocks b ON b.draw_id = d.draw_id
        WHERE d.kind = 'daily'
        GROUP BY d.draw_id HAVING count(b.block) <> d.total_entries / 1024
    """,
    "pot_differs": """
        SELECT * FROM (
            SELECT d.draw_id, d.status, coalesce(a.balance_minor, 0) AS held_minor,
                   CASE d.status WHEN 'drawn' THEN 0
                   WHEN 'void' THEN (d.total_entries - d.refunded_entries)::bigint
                       * d.price_minor * (10000 - d.fee_bps) / 10000
                   ELSE d.total_entries::bigint * d.price_minor
                       * (10000 - d.fee_bps) / 10000 END AS expected_minor
            FROM draws d LEFT JOIN ledger_accounts a ON a.kind = 'pot'
                AND a.owner = d.draw_id AND a.currency = d.currency
        ) line WHERE held_minor <> expected_minor
    """,
    "pot_without_draw": """
        SELECT a.id AS account_id, a.owner, a.currency, a.balance_minor
        FROM ledger_accounts a
        LEFT JOIN draws d ON d.draw_id = a.owner AND d.currency = a.currency
        WHERE a.kind = 'pot' AND d.draw_id IS NULL AND a.balance_minor <> 0
    """,
    # What each person paid for tickets, and has back, to the minor unit.
    "person_paid_other": """
        SELECT * FROM (
            SELECT coalesce(t.draw_id, m.draw_id) AS draw_id,
                   coalesce(t.user_id, m.user_id) AS user_id,
                   coalesce(m.paid_minor, 0) AS paid_minor,
                   coalesce(t.tickets * d.price_minor, 0) AS price_minor,
                   coalesce(m.back_minor, 0) AS back_minor,
                   CASE WHEN d.status = 'void' AND t.user_id <= d.refund_cursor
                        THEN t.tickets * d.price_minor ELSE 0 END AS owed_minor
            FROM (SELECT draw_id, user_id, count(*) AS tickets
                  FROM tickets GROUP BY draw_id, user_id) t
            FULL JOIN (
                SELECT x.reference AS draw_id, a.user_id,
                       coalesce(-sum(e.amount_minor) FILTER (WHERE x.kind = 'ticket_purchase'), 0)
                           AS paid_minor,
                       coalesce(sum(e.amount_minor) FILTER (WHERE x.kind = 'refund'), 0)
                           AS back_minor
                FROM transactions x
                JOIN ledger_entries e ON e.transaction_id = x.id
                JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'wallet'
                WHERE x.kind IN ('ticket_purchase', 'refund')
                GROUP BY x.reference, a.user_id
            ) m ON m.draw_id = t.draw_id AND m.user_id = t.user_id
            LEFT JOIN draws d ON d.draw_id = coalesce(t.draw_id, m.draw_id)
        ) line
        WHERE paid_minor <> price_minor OR back_minor <> owed_minor
    """,
    "winner_not_paid_once": """
        SELECT * FROM (
            SELECT d.draw_id, d.status, d.winner_id, d.prize_pool_minor,
                   coalesce(sum(e.amount_minor) FILTER (WHERE a.user_id = d.winner_id), 0)
                       AS paid_minor,
                   count(e.id) FILTER (WHERE a.kind = 'wallet') AS payments
            FROM draws d
            LEFT JOIN transactions x ON x.kind = 'prize_win' AND x.reference = d.draw_id
            LEFT JOIN ledger_entries e ON e.transaction_id = x.id
            LEFT JOIN ledger_accounts a ON a.id = e.account_id AND a.currency = d.currency
            GROUP BY d.draw_id
        ) line
        WHERE CASE WHEN status = 'drawn' AND prize_pool_minor > 0
            THEN paid_minor <> prize_pool_minor OR payments <> 1
            ELSE paid_minor <> 0 OR payments <> 0 END
    """,
    "draw_not_of_its_proof": """
        SELECT d.draw_id, d.status, p.status AS proof_status, p.n, d.total_entries,
               d.winning_position, t.user_id AS owner, d.winner_id, r.picked
        FROM draws d
        LEFT JOIN proofs p ON p.draw_id = d.proof_id AND p.kind = d.kind
        LEFT JOIN tickets t ON t.draw_id = d.draw_id AND t.position = d.winning_position
        LEFT JOIN (
            SELECT draw_id, CASE WHEN pg_input_is_valid(entry, 'jsonb')
                THEN (entry::jsonb #>> '{body,winners,0,position}')::bigint END AS picked
            FROM proof_log WHERE entry_type = 'RESULT'
        ) r ON r.draw_id = d.proof_id
        WHERE d.proof_id IS NOT NULL AND (
            p.status IS DISTINCT FROM
                CASE d.status WHEN 'open' THEN 'committed' ELSE d.status END
            OR p.n <> d.total_entries
            OR r.picked IS DISTINCT FROM d.winning_position - 1
            OR t.user_id IS DISTINCT FROM d.winner_id)
    """,
    "result_without_draw": """
        SELECT p.draw_id, p.status FROM proofs p
        LEFT JOIN draws d ON d.proof_id = p.draw_id
        WHERE p.kind IN ('daily', 'room') AND p.status <> 'void' AND d.draw_id IS NULL
    """,
    "guard_missing": """
        SELECT wanted.guard
        FROM (VALUES
            ('tickets_follow'), ('tickets_append_only'), ('ticket_blocks_append_only'),
            ('ticket_block_is_full'), ('draw_is_announced'), ('draw_moves_forward'),
            ('draw_is_counted'), ('draws_stay'), ('self_exclusions_append_only'),
            ('play_limits_append_only'),
            ('proof_log_follows'), ('proof_log_void_in_time'), ('proof_moves_forward'),
            ('proof_is_whole'), ('lobby_member_has_place'), ('lobby_member_may_leave'),
            ('ticket_of_a_room_member'), ('lobby_is_sealed'), ('lobby_has_host'),
            ('lobby_is_announced'), ('lobbies_are_kept'), ('lobby_members_are_kept')
        ) AS wanted (guard)
        LEFT JOIN pg_trigger t
            ON t.tgname = wanted.guard AND t.tgenabled IN ('O', 'A') AND NOT t.tgisinternal
        WHERE t.oid IS NULL
    """,
}
