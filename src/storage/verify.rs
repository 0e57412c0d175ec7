//! The invariants of the books, recomputed from the rows alone.
//!
//! Each check says how many things it looked at and names the first that breaks it.

use sqlx::AssertSqlSafe;

use super::{db::Session, db::sql, error::StorageError};

/// An invariant.
#[derive(Clone, Copy, Debug)]
pub struct Invariant {
    /// Its short name.
    pub name: &'static str,
    /// What must hold.
    pub says: &'static str,
    how: How,
}

/// How an invariant is checked.
#[derive(Clone, Copy, Debug)]
enum How {
    /// By a query for how many things are looked at and one for the first that breaks it.
    Rows { count: &'static str, offender: &'static str },
    /// By following the chains of the history.
    Chains,
    /// By following the chain of the company's own.
    CompanyChain,
}

/// What became of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How many things were looked at.
    pub checked: i64,
    /// The first that breaks the invariant, if any.
    pub offender: Option<String>,
}

/// Every invariant, in the order they are reported.
pub const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "transactions-balance",
        says: "every transaction adds up to zero",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM ledger_transactions",
            offender:
                "SELECT 'transaction ' || transaction_id AS offender FROM postings GROUP BY transaction_id
                   HAVING SUM(minor) <> 0",
        },
    },
    Invariant {
        name: "one-currency",
        says: "no transaction mixes currencies or dates, and what belongs to no document is its own",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM postings",
            offender: "SELECT 'transaction ' || p.transaction_id || ' line ' || p.position AS offender
                   FROM postings p JOIN ledger_transactions t ON t.id = p.transaction_id
                   LEFT JOIN invoices i ON i.id = p.invoice_id
                   LEFT JOIN credits c ON c.id = p.credit_id
                   WHERE p.currency <> t.currency OR p.effective_on <> t.effective_on
                      OR (p.invoice_id IS NULL AND p.credit_id IS NULL
                          AND p.customer_id <> t.customer_id)
                      OR (i.id IS NOT NULL AND i.currency <> p.currency)
                      OR (c.id IS NOT NULL AND c.currency <> p.currency)",
        },
    },
    Invariant {
        name: "owners",
        says: "what is open on invoices and left of credits is posted to the customer it belongs to",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM customers",
            offender: "SELECT 'customer ' || o.number AS offender FROM customers o
                   JOIN (SELECT customer_id, currency, SUM(minor) AS minor FROM postings
                         WHERE account IN ('receivable', 'unapplied')
                         GROUP BY customer_id, currency) p ON p.customer_id = o.id
                   LEFT JOIN (SELECT customer_id, currency, SUM(balance_minor) AS minor
                              FROM invoices GROUP BY customer_id, currency) i
                        ON i.customer_id = o.id AND i.currency = p.currency
                   LEFT JOIN (SELECT customer_id, currency, SUM(remaining_minor) AS minor
                              FROM credits GROUP BY customer_id, currency) c
                        ON c.customer_id = o.id AND c.currency = p.currency
                   WHERE p.minor <> COALESCE(i.minor, 0) - COALESCE(c.minor, 0)",
        },
    },
    Invariant {
        name: "bill-to",
        says: "every customer has one who pays",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM customers",
            offender: "SELECT 'customer ' || number AS offender FROM customers WHERE bill_to_id IS NULL",
        },
    },
    Invariant {
        name: "invoice-balances",
        says: "an invoice's balance is the sum of its postings",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM invoices",
            offender: "SELECT 'invoice ' || i.number AS offender FROM invoices i
                   LEFT JOIN (SELECT invoice_id, SUM(minor) AS minor FROM postings
                              WHERE account = 'receivable' GROUP BY invoice_id) p
                        ON p.invoice_id = i.id
                   WHERE i.balance_minor <> COALESCE(p.minor, 0)",
        },
    },
    Invariant {
        name: "invoice-applications",
        says: "an invoice's balance is its total less what was applied",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM invoices WHERE voided_on IS NULL",
            offender: "SELECT 'invoice ' || i.number AS offender FROM invoices i
                   LEFT JOIN (SELECT invoice_id, SUM(minor) AS minor FROM applications
                              GROUP BY invoice_id) a ON a.invoice_id = i.id
                   WHERE i.voided_on IS NULL
                     AND i.balance_minor <> i.total_minor - COALESCE(a.minor, 0)",
        },
    },
    Invariant {
        name: "invoice-discounts",
        says: "the early-payment discount taken of an invoice is what was applied",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM invoices WHERE discount_rate_ppm > 0",
            offender: "SELECT 'invoice ' || i.number AS offender FROM invoices i
                   LEFT JOIN (SELECT invoice_id, SUM(minor) AS minor FROM applications
                              WHERE kind = 'early_discount' GROUP BY invoice_id) a
                        ON a.invoice_id = i.id
                   WHERE i.discount_taken_minor <> COALESCE(a.minor, 0)",
        },
    },
    Invariant {
        name: "settled-dates",
        says: "an invoice has a day of settlement exactly when nothing is open on it",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM invoices",
            offender: "SELECT 'invoice ' || number AS offender FROM invoices
                   WHERE (settled_on IS NULL) <> (balance_minor > 0)
                      OR (settled_on IS NULL) <> (days_late IS NULL)",
        },
    },
    Invariant {
        name: "recorded-once",
        says: "no recorded payment lies wholly unapplied beside another payment of its invoice",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM payments WHERE import_key IS NOT NULL",
            offender: "SELECT 'payment ' || p.reference AS offender FROM payments p
                   JOIN payment_lines l ON l.payment_id = p.id
                   WHERE p.import_key IS NOT NULL AND p.state = 'succeeded'
                     AND l.principal_minor > 0
                     AND NOT EXISTS (SELECT 1 FROM applications a
                                     WHERE a.payment_id = p.id AND a.invoice_id = l.invoice_id)
                     AND EXISTS (SELECT 1 FROM applications a
                                 WHERE a.invoice_id = l.invoice_id AND a.payment_id <> p.id
                                   AND a.kind = 'payment'
                                 GROUP BY a.payment_id HAVING SUM(a.minor) > 0)",
        },
    },
    Invariant {
        name: "balance-bounds",
        says: "0 <= held by payments on their way <= balance <= total",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM invoices",
            offender: "SELECT 'invoice ' || number AS offender FROM invoices
                   WHERE balance_minor < 0 OR balance_minor > total_minor OR reserved_minor < 0
                      OR reserved_minor > balance_minor",
        },
    },
    Invariant {
        name: "reservations",
        says: "what is held of an invoice belongs to payments on their way",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM payments
                WHERE state IN ('created', 'unknown', 'requires_action', 'processing')",
            offender: "SELECT 'invoice ' || i.number AS offender FROM invoices i
                   LEFT JOIN (SELECT l.invoice_id, SUM(l.principal_minor + l.early_discount_minor
                                  + l.bank_discount_minor + l.cash_credit_minor) AS minor
                              FROM payment_lines l JOIN payments p ON p.id = l.payment_id
                              WHERE p.state IN
                                  ('created', 'unknown', 'requires_action', 'processing')
                              GROUP BY l.invoice_id) h ON h.invoice_id = i.id
                   WHERE i.reserved_minor <> COALESCE(h.minor, 0)",
        },
    },
    Invariant {
        name: "credit-balances",
        says: "what is left of a credit is the sum of its postings",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM credits",
            offender: "SELECT 'credit ' || c.number AS offender FROM credits c
                   LEFT JOIN (SELECT credit_id, SUM(minor) AS minor FROM postings
                              WHERE account = 'unapplied' GROUP BY credit_id) p
                        ON p.credit_id = c.id
                   WHERE c.remaining_minor <> -COALESCE(p.minor, 0)
                      OR c.remaining_minor < 0 OR c.remaining_minor > c.amount_minor",
        },
    },
    Invariant {
        name: "customer-balances",
        says: "a customer's sums are those of its open invoices and credits",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM customer_balances",
            offender: "SELECT 'customer ' || c.number || ' ' || b.currency AS offender
                   FROM customer_balances b JOIN customers c ON c.id = b.customer_id
                   LEFT JOIN (SELECT customer_id, currency, SUM(balance_minor) AS minor,
                                     COUNT(*) AS invoices
                              FROM invoices WHERE balance_minor > 0
                              GROUP BY customer_id, currency) i
                        ON i.customer_id = b.customer_id AND i.currency = b.currency
                   LEFT JOIN (SELECT customer_id, currency, SUM(remaining_minor) AS minor
                              FROM credits GROUP BY customer_id, currency) k
                        ON k.customer_id = b.customer_id AND k.currency = b.currency
                   WHERE b.open_minor <> COALESCE(i.minor, 0)
                      OR b.open_count <> COALESCE(i.invoices, 0)
                      OR b.credit_minor <> COALESCE(k.minor, 0)",
        },
    },
    Invariant {
        name: "customer-balances-complete",
        says: "every customer with an open invoice has sums",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM customers",
            offender: "SELECT 'invoice ' || i.number AS offender FROM invoices i
                   LEFT JOIN customer_balances b
                        ON b.customer_id = i.customer_id AND b.currency = i.currency
                   WHERE i.balance_minor > 0 AND b.customer_id IS NULL",
        },
    },
    Invariant {
        name: "applied-at-most",
        says: "no payment is applied for more than it holds",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM payments",
            offender: "SELECT 'payment ' || p.reference AS offender FROM payments p
                   JOIN (SELECT payment_id, SUM(minor) AS minor FROM applications
                         WHERE kind = 'payment' GROUP BY payment_id) a ON a.payment_id = p.id
                   WHERE a.minor > p.principal_minor - p.refunded_principal_minor OR a.minor < 0",
        },
    },
    Invariant {
        name: "payments-posted-once",
        says: "a payment is posted exactly when its money came, and taken back when it went",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM payments",
            offender: "SELECT 'payment ' || p.reference AS offender FROM payments p
                   LEFT JOIN (SELECT payment_id, COUNT(*) AS posted FROM ledger_transactions
                              WHERE cause = 'payment' GROUP BY payment_id) s
                        ON s.payment_id = p.id
                   LEFT JOIN (SELECT payment_id, COUNT(*) AS taken FROM ledger_transactions
                              WHERE cause = 'reversal' GROUP BY payment_id) r
                        ON r.payment_id = p.id
                   WHERE COALESCE(s.posted, 0) <> CASE WHEN p.state IN ('succeeded',
                             'partially_refunded', 'refunded', 'returned', 'charged_back')
                             THEN 1 ELSE 0 END
                      OR COALESCE(r.taken, 0) <> CASE WHEN p.state IN
                             ('returned', 'charged_back') THEN 1 ELSE 0 END",
        },
    },
    Invariant {
        name: "charged-as-shown",
        says: "a payment charges what its price showed",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM payments WHERE quote_id IS NOT NULL",
            offender: "SELECT 'payment ' || p.reference AS offender FROM payments p
                   JOIN quotes q ON q.id = p.quote_id
                   WHERE q.charge_minor <> p.principal_minor + p.surcharge_minor
                      OR q.currency <> p.currency OR q.customer_id <> p.customer_id",
        },
    },
    Invariant {
        name: "lines-add-up",
        says: "a payment's lines add up to it",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM payments WHERE quote_id IS NOT NULL",
            offender: "SELECT 'payment ' || p.reference AS offender FROM payments p
                   JOIN (SELECT payment_id, SUM(principal_minor) AS principal,
                                SUM(surcharge_minor) AS surcharge,
                                SUM(early_discount_minor) AS early,
                                SUM(bank_discount_minor) AS bank
                         FROM payment_lines GROUP BY payment_id) l ON l.payment_id = p.id
                   WHERE p.quote_id IS NOT NULL
                     AND (l.principal <> p.principal_minor OR l.surcharge <> p.surcharge_minor
                          OR l.early <> p.early_discount_minor OR l.bank <> p.bank_discount_minor)",
        },
    },
    Invariant {
        name: "refunds",
        says: "refunds add up to what their payment says",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM refunds",
            offender: "SELECT 'payment ' || p.reference AS offender FROM payments p
                   LEFT JOIN (SELECT payment_id, SUM(principal_minor) AS principal,
                                     SUM(surcharge_minor) AS surcharge
                              FROM refunds GROUP BY payment_id) r ON r.payment_id = p.id
                   WHERE p.refunded_principal_minor <> COALESCE(r.principal, 0)
                      OR p.refunded_surcharge_minor <> COALESCE(r.surcharge, 0)",
        },
    },
    Invariant {
        name: "processor-clearing",
        says: "what lies with the processor is what payments and refunds put there",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM payments WHERE gateway IS NOT NULL",
            offender: "SELECT 'payment ' || p.reference AS offender FROM payments p
                   LEFT JOIN (SELECT t.payment_id, SUM(x.minor) AS minor
                              FROM postings x JOIN ledger_transactions t ON t.id = x.transaction_id
                              WHERE x.account = 'processor_clearing' AND t.cause <> 'fee'
                              GROUP BY t.payment_id) c ON c.payment_id = p.id
                   WHERE p.gateway IS NOT NULL AND COALESCE(c.minor, 0) <>
                         CASE WHEN p.state IN ('succeeded', 'partially_refunded', 'refunded')
                              THEN p.principal_minor + p.surcharge_minor
                                   - p.refunded_principal_minor - p.refunded_surcharge_minor
                              ELSE 0 END",
        },
    },
    Invariant {
        name: "receipts",
        says: "whoever paid online and told an address was sent a message about it",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM payments WHERE source = 'portal' AND state = 'succeeded'",
            offender: "SELECT 'payment ' || p.reference AS offender FROM payments p
                   WHERE p.source = 'portal' AND p.state = 'succeeded' AND p.email <> ''
                     AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.payment_id = p.id)
                     AND NOT EXISTS (SELECT 1 FROM jobs j
                                     WHERE j.once_key = 'receipt:' || p.id || ':succeeded')",
        },
    },
    Invariant {
        name: "pay-links",
        says: "an invoice has one live pay link at most, one that was used names a payment of its \
               invoice, and what was paid by a link paid nothing but its invoice",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM pay_links",
            offender: "SELECT offender FROM (
                   SELECT 'invoice ' || i.number AS offender FROM invoices i
                   JOIN pay_links p ON p.invoice_id = i.id AND p.state = 'active'
                   GROUP BY i.id, i.number HAVING COUNT(*) > 1
                   UNION ALL
                   SELECT 'pay link ' || p.id FROM pay_links p
                   LEFT JOIN payment_lines l
                        ON l.payment_id = p.payment_id AND l.invoice_id = p.invoice_id
                   WHERE (p.state = 'used') <> (l.payment_id IS NOT NULL)
                   UNION ALL
                   SELECT 'payment ' || y.reference FROM payments y
                   JOIN quotes q ON q.id = y.quote_id
                   JOIN pay_link_openings o ON o.id = q.opening_id
                   JOIN pay_links p ON p.id = o.pay_link_id
                   JOIN payment_lines l ON l.payment_id = y.id
                   WHERE l.invoice_id <> p.invoice_id) broken",
        },
    },
    Invariant {
        name: "promises",
        says: "an open promise holds its invoices, each of which is in no other, and a closed one none",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM promises",
            offender: "SELECT 'promise ' || p.id AS offender FROM promises p
                   LEFT JOIN (SELECT l.promise_id, COUNT(*) AS invoices,
                                     SUM(l.balance_minor) AS minor,
                                     SUM(CASE WHEN l.is_open THEN 1 ELSE 0 END) AS held,
                                     SUM(CASE WHEN i.currency <> q.currency THEN 1 ELSE 0 END)
                                         AS other_currency,
                                     SUM(CASE WHEN l.is_open AND i.balance_minor > 0
                                              AND (i.expectation <> 'promised'
                                                   OR i.expected_on <> q.promised_on)
                                         THEN 1 ELSE 0 END) AS not_promised
                              FROM promise_invoices l
                              JOIN promises q ON q.id = l.promise_id
                              JOIN invoices i ON i.id = l.invoice_id
                              GROUP BY l.promise_id) s ON s.promise_id = p.id
                   WHERE s.invoices IS NULL OR p.amount_minor > s.minor OR s.other_currency > 0
                      OR s.not_promised > 0 OR (p.status = 'open') <> (p.closed_at IS NULL)
                      OR s.held <> CASE WHEN p.status = 'open' THEN s.invoices ELSE 0 END
                   UNION ALL
                   SELECT 'invoice ' || MIN(i.number) AS offender
                   FROM promise_invoices l JOIN invoices i ON i.id = l.invoice_id
                   WHERE l.is_open GROUP BY l.invoice_id HAVING COUNT(*) > 1",
        },
    },
    Invariant {
        name: "autopay",
        says: "at most one try of an invoice may move money, none charged more than was told and agreed \
               to or after the end of its enrolment, and what was agreed to is kept",
        how: How::Rows {
            count: "SELECT COUNT(*) FROM autopay_attempts",
            offender: "SELECT offender FROM (
                   SELECT 'invoice ' || MIN(i.number) AS offender
                   FROM autopay_attempts a JOIN invoices i ON i.id = a.invoice_id
                   WHERE a.state IN ('planned', 'sent') GROUP BY a.invoice_id HAVING COUNT(*) > 1
                   UNION ALL
                   SELECT 'payment ' || p.reference FROM autopay_attempts a
                   JOIN payments p ON p.id = a.payment_id
                   JOIN autopay_enrolments e ON e.id = a.enrolment_id
                   JOIN payment_lines l ON l.payment_id = p.id
                   WHERE NOT p.is_autopay OR p.customer_id <> e.customer_id
                      OR l.invoice_id <> a.invoice_id OR p.currency <> a.currency
                      OR p.principal_minor + p.surcharge_minor > a.notified_minor
                      OR (e.ceiling_minor IS NOT NULL
                          AND p.principal_minor + p.surcharge_minor > 0
                          AND (e.currency <> p.currency
                               OR p.principal_minor + p.surcharge_minor > e.ceiling_minor))
                      OR p.surcharge_rate_ppm > e.surcharge_ppm
                      OR p.created_at > e.ended_at OR p.received_on <= e.enrolled_on
                   UNION ALL
                   SELECT 'payment ' || p.reference FROM payments p
                   WHERE p.is_autopay AND NOT EXISTS
                       (SELECT 1 FROM autopay_attempts a WHERE a.payment_id = p.id)
                   UNION ALL
                   SELECT 'enrolment ' || e.id FROM autopay_enrolments e
                   LEFT JOIN autopay_consents c ON c.enrolment_id = e.id AND c.body <> ''
                   WHERE c.enrolment_id IS NULL
                   UNION ALL
                   SELECT 'enrolment ' || e.id FROM autopay_enrolments e
                   JOIN autopay_attempts a ON a.enrolment_id = e.id
                   WHERE e.ended_at IS NOT NULL AND a.state = 'planned') broken",
        },
    },
    Invariant {
        name: "history-chains",
        says: "the history of every customer is what was written, row by row",
        how: How::Chains,
    },
    Invariant {
        name: "company-history",
        says: "the history of the company's settings is what was written, row by row",
        how: How::CompanyChain,
    },
];

/// Checks one invariant.
pub async fn check(session: &mut Session, invariant: &Invariant) -> Result<Finding, StorageError> {
    match invariant.how {
        How::Rows { count, offender } => Ok(Finding {
            checked: sql!(session, scalar i64, count)?,
            // Not the first of a sorted list: PostgreSQL would look for it customer by customer, as if
            // there were many, and on sound books there is none.
            offender: sql!(
                session,
                scalar Option<String>,
                AssertSqlSafe(format!("SELECT MIN(offender) FROM ({offender}) AS offenders"))
            )?,
        }),
        How::Chains => super::activity::check(session).await,
        How::CompanyChain => super::company_activity::check(session).await,
    }
}
