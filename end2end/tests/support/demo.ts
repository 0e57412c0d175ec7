// Who can sign in to the demo company. The one place in these tests that knows.

/** A payer with open invoices, alone in one account. */
export const PAYER = 'payer@northwind.example';

/** A member of staff. */
export const STAFF = { email: 'staff@quittance.example', password: 'demo-staff-password' };
