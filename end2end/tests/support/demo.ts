// Who can sign in to the demo company. The one place in these tests that knows.

/** A payer with open invoices, alone in one account. */
export const PAYER = 'payer@northwind.example';

/** A payer who may pay invoices in parts. */
export const PARTS_PAYER = 'accounts@orchardstreet.example';

/** A member of staff. */
export const STAFF = { email: 'staff@quittance.example', password: 'demo-staff-password' };
