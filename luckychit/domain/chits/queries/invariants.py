"""One query per invariant of the circles' books: each returns what breaks it, so nothing.

They set the circles' own rows against the ledger and the proofs; that the ledger agrees
with itself is the wallet's audit.
"""

INVARIANTS: dict[str, str] = {
    "payment_not_in_ledger": """
        SELECT * FROM (
            SELECT p.id AS payment_id, p.transaction_id, p.amount_minor,
                   -sum(e.amount_minor) FILTER (WHERE a.kind = 'clearing'
                       AND a.owner = p.method || ':' || p.manager_id) AS received_minor,
                   sum(e.amount_minor) FILTER (WHERE a.kind = 'chit_pot'
                       AND split_part(a.owner, ':', 1) = p.group_id::text) AS pots_minor
            FROM payments p
            LEFT JOIN transactions t ON t.id = p.transaction_id
                AND t.idempotency_key = 'chit-payment:' || p.id
                AND t.kind = CASE WHEN p.reverses_id IS NULL
                             THEN 'chit_instalment' ELSE 'chit_reversal' END
            LEFT JOIN ledger_entries e ON e.transaction_id = t.id AND e.currency = p.currency
            LEFT JOIN ledger_accounts a ON a.id = e.account_id
            GROUP BY p.id
        ) line
        WHERE received_minor IS DISTINCT FROM amount_minor
           OR pots_minor IS DISTINCT FROM amount_minor
    """,
    "payment_of_other_group": """
        SELECT p.id AS payment_id, p.group_id, p.seat_id, p.user_id, p.manager_id
        FROM payments p
        LEFT JOIN group_members s ON s.id = p.seat_id
        LEFT JOIN chit_groups g ON g.id = p.group_id
        WHERE (s.group_id, s.user_id, g.manager_id, g.currency)
            IS DISTINCT FROM (p.group_id, p.user_id, p.manager_id, p.currency)
    """,
    "payment_reversal_not_opposite": """
        SELECT r.id AS payment_id, r.reverses_id, r.amount_minor, p.amount_minor AS first_minor
        FROM payments r LEFT JOIN payments p ON p.id = r.reverses_id AND p.reverses_id IS NULL
        WHERE r.reverses_id IS NOT NULL
          AND (-p.amount_minor, p.seat_id) IS DISTINCT FROM (r.amount_minor, r.seat_id)
    """,
    "payout_not_in_ledger": """
        SELECT * FROM (
            SELECT o.id AS payout_id, o.transaction_id, o.net_minor,
                   sum(e.amount_minor) FILTER (WHERE a.kind = 'clearing'
                       AND a.owner = o.method || ':' || g.manager_id) AS handed_over_minor,
                   -sum(e.amount_minor) FILTER (WHERE a.kind = 'chit_prize'
                       AND a.owner = m.group_id || ':' || m.instalment) AS taken_minor
            FROM prize_payouts o
            LEFT JOIN monthly_draws m ON m.id = o.monthly_draw_id
            LEFT JOIN chit_groups g ON g.id = m.group_id
            LEFT JOIN transactions t ON t.id = o.transaction_id AND t.kind = 'chit_prize'
                AND t.idempotency_key = 'chit-payout:' || o.id
            LEFT JOIN ledger_entries e ON e.transaction_id = t.id
                AND e.currency = o.currency AND e.currency = g.currency
            LEFT JOIN ledger_accounts a ON a.id = e.account_id
            GROUP BY o.id
        ) line
        WHERE handed_over_minor IS DISTINCT FROM net_minor
           OR taken_minor IS DISTINCT FROM net_minor
    """,
    "movement_without_record": """
        SELECT t.id AS transaction_id, t.kind, t.reference FROM transactions t
        WHERE t.kind IN ('chit_instalment', 'chit_reversal', 'chit_prize', 'chit_draw')
          AND NOT EXISTS (SELECT FROM payments p WHERE p.transaction_id = t.id)
          AND NOT EXISTS (SELECT FROM prize_payouts o WHERE o.transaction_id = t.id)
          AND NOT EXISTS (SELECT FROM monthly_draws m WHERE m.draw_id = t.reference
                          AND m.status = 'drawn' AND t.kind = 'chit_draw')
    """,
    "draw_not_in_ledger": """
        SELECT * FROM (
            SELECT m.id AS monthly_draw_id, m.draw_id, m.status, m.pot_minor,
                   m.commission_minor, m.gst_minor, m.prize_minor,
                   coalesce(-sum(e.amount_minor) FILTER (WHERE (a.kind, a.owner) IN (
                       ('chit_pot', m.group_id || ':' || m.instalment),
                       ('foreman_advance', m.group_id::text))), 0) AS pot_moved_minor,
                   coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = 'commission'
                       AND a.owner = g.manager_id::text), 0) AS commission_moved_minor,
                   coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = 'gst'
                       AND a.owner = g.manager_id::text), 0) AS gst_moved_minor,
                   coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = 'chit_prize'
                       AND a.owner = m.group_id || ':' || m.instalment), 0) AS prize_moved_minor
            FROM monthly_draws m
            JOIN chit_groups g ON g.id = m.group_id
            LEFT JOIN transactions t ON t.kind = 'chit_draw' AND t.reference = m.draw_id
            LEFT JOIN ledger_entries e ON e.transaction_id = t.id AND e.currency = g.currency
            LEFT JOIN ledger_accounts a ON a.id = e.account_id
            GROUP BY m.id
        ) line
        WHERE (pot_minor, commission_minor, gst_minor, prize_minor) IS DISTINCT FROM
            (pot_moved_minor, commission_moved_minor, gst_moved_minor, prize_moved_minor)
    """,
    "paid_out_differs": """
        SELECT m.id AS monthly_draw_id, m.draw_id, m.paid_out_minor,
               coalesce(o.net_minor, 0) AS payouts_minor,
               m.prize_minor, coalesce(a.balance_minor, 0) AS prize_held_minor
        FROM monthly_draws m
        JOIN chit_groups g ON g.id = m.group_id
        LEFT JOIN (
            SELECT monthly_draw_id, sum(net_minor) AS net_minor
            FROM prize_payouts GROUP BY monthly_draw_id
        ) o ON o.monthly_draw_id = m.id
        LEFT JOIN ledger_accounts a ON a.kind = 'chit_prize' AND a.currency = g.currency
            AND a.owner = m.group_id || ':' || m.instalment
        WHERE m.paid_out_minor <> coalesce(o.net_minor, 0)
           OR m.prize_minor - m.paid_out_minor <> coalesce(a.balance_minor, 0)
    """,
    "pot_differs_from_dues": """
        SELECT d.group_id, d.instalment, m.status, d.paid_minor, d.advanced_minor,
               m.pot_minor, coalesce(a.balance_minor, 0) AS pot_held_minor
        FROM (
            SELECT group_id, instalment, sum(paid_minor) AS paid_minor,
                   sum(advanced_minor) AS advanced_minor
            FROM dues GROUP BY group_id, instalment
        ) d
        JOIN chit_groups g ON g.id = d.group_id
        LEFT JOIN monthly_draws m ON m.group_id = d.group_id AND m.instalment = d.instalment
        LEFT JOIN ledger_accounts a ON a.kind = 'chit_pot' AND a.currency = g.currency
            AND a.owner = d.group_id || ':' || d.instalment
        WHERE CASE WHEN m.status = 'drawn'
              THEN (m.pot_minor, coalesce(a.balance_minor, 0))
                  <> (d.paid_minor + d.advanced_minor, 0)
              ELSE (d.advanced_minor, coalesce(a.balance_minor, 0)) <> (0, d.paid_minor) END
    """,
    "due_not_of_payments": """
        SELECT d.id AS due_id, d.paid_minor, coalesce(p.sum_minor, 0) AS allocated_minor
        FROM dues d
        LEFT JOIN (
            SELECT due_id, sum(amount_minor) AS sum_minor FROM payment_allocations GROUP BY due_id
        ) p ON p.due_id = d.id
        WHERE d.paid_minor <> coalesce(p.sum_minor, 0)
    """,
    "payment_not_allocated": """
        SELECT p.id AS payment_id, p.amount_minor, coalesce(d.sum_minor, 0) AS allocated_minor
        FROM payments p
        LEFT JOIN (
            SELECT payment_id, sum(amount_minor) AS sum_minor
            FROM payment_allocations GROUP BY payment_id
        ) d ON d.payment_id = p.id
        WHERE p.amount_minor <> coalesce(d.sum_minor, 0)
    """,
    "allocation_to_other_seat": """
        SELECT l.payment_id, l.due_id, p.seat_id, d.seat_id AS seat_of_due
        FROM payment_allocations l
        LEFT JOIN payments p ON p.id = l.payment_id
        LEFT JOIN dues d ON d.id = l.due_id
        WHERE p.seat_id IS NULL OR p.seat_id IS DISTINCT FROM d.seat_id
    """,
    "advance_differs": """
        SELECT g.id AS group_id, coalesce(d.sum_minor, 0) AS advanced_minor,
               coalesce(-a.balance_minor, 0) AS foreman_minor
        FROM chit_groups g
        LEFT JOIN (
            SELECT group_id, sum(advanced_minor) AS sum_minor FROM dues GROUP BY group_id
        ) d ON d.group_id = g.id
        LEFT JOIN ledger_accounts a ON a.kind = 'foreman_advance'
            AND a.currency = g.currency AND a.owner = g.id::text
        WHERE coalesce(d.sum_minor, 0) <> coalesce(-a.balance_minor, 0)
    """,
    "earnings_differ": """
        SELECT coalesce(a.kind, m.kind) AS kind, coalesce(a.owner, m.owner) AS manager_id,
               coalesce(a.currency, m.currency) AS currency, a.balance_minor, m.sum_minor
        FROM (SELECT * FROM ledger_accounts WHERE kind IN ('commission', 'gst')) a
        FULL JOIN (
            SELECT s.kind, g.manager_id::text AS owner, g.currency,
                   sum(s.amount_minor) AS sum_minor
            FROM monthly_draws d
            JOIN chit_groups g ON g.id = d.group_id
            CROSS JOIN LATERAL (VALUES
                ('commission', d.commission_minor), ('gst', d.gst_minor)
            ) s (kind, amount_minor)
            GROUP BY s.kind, g.manager_id, g.currency
        ) m ON (m.kind, m.owner, m.currency) = (a.kind, a.owner, a.currency)
        WHERE coalesce(a.balance_minor, 0) <> coalesce(m.sum_minor, 0)
    """,
    "receipts_have_gaps": """
        SELECT coalesce(c.manager_id, p.manager_id) AS manager_id, c.last_number,
               p.receipts, p.first_number, p.highest_number
        FROM receipt_counters c
        FULL JOIN (
            SELECT manager_id, count(DISTINCT receipt_number) AS receipts,
                   min(receipt_number) AS first_number, max(receipt_number) AS highest_number
            FROM payments GROUP BY manager_id
        ) p ON p.manager_id = c.manager_id
        WHERE coalesce(c.last_number, 0) <> coalesce(p.highest_number, 0)
           OR p.receipts <> p.highest_number OR p.first_number <> 1
    """,
    "draw_not_of_its_proof": """
        SELECT m.id AS monthly_draw_id, m.draw_id, m.status, p.status AS proof_status,
               s.seat_number AS winner_seat, r.picked
        FROM monthly_draws m
        LEFT JOIN group_members s ON s.id = m.winner_seat_id AND s.group_id = m.group_id
        LEFT JOIN proofs p ON p.draw_id = m.draw_id AND p.kind = 'monthly'
        LEFT JOIN (
            SELECT draw_id, CASE WHEN pg_input_is_valid(entry, 'jsonb')
                            THEN entry::jsonb #>> '{body,winners,0,ticket_id}' END AS picked
            FROM proof_log WHERE entry_type = 'RESULT'
        ) r ON r.draw_id = m.draw_id
        WHERE p.status IS DISTINCT FROM
                CASE m.status WHEN 'open' THEN 'committed' ELSE m.status END
           OR r.picked IS DISTINCT FROM CASE WHEN m.status = 'drawn'
                THEN m.draw_id || '-' || lpad(s.seat_number::text, 5, '0') END
           OR (m.status = 'drawn' AND s.id IS NULL)
    """,
    "result_without_draw": """
        SELECT p.draw_id, p.status FROM proofs p
        LEFT JOIN monthly_draws m ON m.draw_id = p.draw_id
        WHERE p.kind = 'monthly' AND p.status <> 'void' AND m.id IS NULL
    """,
    "completed_group_holds_money": """
        SELECT g.id AS group_id, a.kind, a.owner, a.currency, a.balance_minor
        FROM chit_groups g
        JOIN ledger_accounts a ON split_part(a.owner, ':', 1) = g.id::text
        WHERE g.status = 'completed' AND a.balance_minor <> 0
          AND a.kind IN ('chit_pot', 'chit_prize', 'foreman_advance')
    """,
    "completed_too_early": """
        SELECT g.id AS group_id, g.duration_months, m.finished, d.unpaid FROM chit_groups g
        CROSS JOIN LATERAL (
            SELECT count(*) AS finished FROM monthly_draws
            WHERE group_id = g.id AND status = 'drawn' AND paid_out_minor = prize_minor
        ) m
        CROSS JOIN LATERAL (
            SELECT count(*) AS unpaid FROM dues WHERE group_id = g.id AND paid_at IS NULL
        ) d
        WHERE g.status = 'completed' AND (m.finished <> g.duration_months OR d.unpaid > 0)
    """,
}
