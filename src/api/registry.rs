//! Every server function and route, with who may call it: the access matrix is made of this list,
//! and a test fails when something is served that is not on it.

use crate::domain::permission::Permission;

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// A signed-in payer, with or without an open account.
    Payer,
    /// A signed-in payer with an open account; only what belongs to it.
    Account,
    /// The same, and whoever opened a pay link; that one only what belongs to its invoice.
    Paying,
    /// A signed-in staff user.
    Staff,
    /// A signed-in staff user with a permission.
    Permitted(Permission),
    /// A signed-in staff user with one of two permissions, whichever.
    PermittedEither(Permission, Permission),
    /// The processor, by signature.
    Gateway,
    /// Programs on this machine.
    Loopback,
}

/// Whether a call changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// It only reads.
    Get,
    /// It changes something.
    Post,
}

/// A function or route.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// How it is called.
    pub verb: Verb,
    /// Its path; `{id}` stands for an identifier.
    pub path: &'static str,
    /// Arguments that make a call well-formed; `{id}` stands for an identifier.
    pub arguments: &'static str,
    /// Who may call it.
    pub access: Access,
}

const fn get(path: &'static str, arguments: &'static str, access: Access) -> Endpoint {
    Endpoint { verb: Verb::Get, path, arguments, access }
}

const fn post(path: &'static str, arguments: &'static str, access: Access) -> Endpoint {
    Endpoint { verb: Verb::Post, path, arguments, access }
}

const CUSTOMERS: Access = Access::Permitted(Permission::Customers);
const SETTINGS: Access = Access::Permitted(Permission::Settings);
const INVOICES: Access = Access::Permitted(Permission::Invoices);
const PAYMENTS: Access = Access::Permitted(Permission::Payments);
const VALUES: Access = Access::PermittedEither(Permission::Invoices, Permission::Assignments);
const DOCUMENTS: Access = Access::Permitted(Permission::Documents);
const STATEMENTS: Access = Access::Permitted(Permission::Statements);
const WORKFLOWS: Access = Access::Permitted(Permission::Workflows);
const ASSIGNMENTS: Access = Access::Permitted(Permission::Assignments);
const MAIL: Access = Access::Permitted(Permission::Mail);
const FORECAST: Access = Access::Permitted(Permission::Forecast);
const TEAM: Access = Access::Permitted(Permission::Team);

/// Server functions.
pub const FUNCTIONS: &[Endpoint] = &[
    post("/api/portal/session/request_code", "email=nobody%40example.com", Access::Public),
    post("/api/portal/session/redeem_code", "code=000000", Access::Public),
    post("/api/portal/session/sign_out", "", Access::Public),
    get("/api/portal/session/frame", "", Access::Public),
    get("/api/portal/session/accounts", "", Access::Payer),
    post("/api/portal/session/choose_account", "customer_id={id}", Access::Payer),
    get("/api/portal/invoices/open", "", Access::Account),
    get("/api/portal/invoices/paid", "", Access::Account),
    get("/api/portal/invoices/one", "id={id}", Access::Paying),
    get("/api/portal/documents/list", "", Access::Account),
    get("/api/portal/pay/choose", "selection[invoices]={id}", Access::Paying),
    get("/api/portal/pay/choose", "selection[setup]={id}", Access::Paying),
    get("/api/portal/pay/choose", "selection[payment]={id}", Access::Paying),
    get("/api/portal/pay/choose", "selection[quote]={id}", Access::Paying),
    post("/api/portal/pay/add_method", "kind=card&invoices={id}", Access::Paying),
    post("/api/portal/pay/quote", "method={id}&invoices={id}", Access::Paying),
    get("/api/portal/pay/review", "quote_id={id}", Access::Paying),
    post("/api/portal/pay/confirm", "quote_id={id}", Access::Paying),
    get("/api/portal/autopay/page", "step=review&form[method]={id}", Access::Account),
    post("/api/portal/autopay/enrol", "form[method]={id}&agreed=true&shown=x", Access::Account),
    post("/api/portal/autopay/cancel", "", Access::Account),
    post("/api/portal/autopay/add_method", "kind=card", Access::Account),
    get("/api/portal/payments/one", "id={id}", Access::Paying),
    get("/api/portal/payments/status", "id={id}", Access::Paying),
    post("/api/portal/payments/continue", "id={id}", Access::Paying),
    post("/api/staff/session/sign_in", "email=nobody%40example.com&password=x", Access::Public),
    post("/api/staff/session/sign_out", "", Access::Public),
    post("/api/staff/session/request_code", "email=nobody%40example.com", Access::Public),
    post(
        "/api/staff/session/set_password",
        "email=nobody%40example.com&mailed_code=K7QM-2XPA-9DTR&password=a+long+enough+one",
        Access::Public,
    ),
    post("/api/staff/session/second_step", "app_code=000000", Access::Public),
    get("/api/staff/session/frame", "", Access::Staff),
    get("/api/staff/account/second_factor", "", Access::Staff),
    get("/api/staff/account/second_factor_setup", "", Access::Staff),
    post(
        "/api/staff/account/turn_on_second_factor",
        "secret=AAAA&app_code=000000&password=x",
        Access::Staff,
    ),
    post("/api/staff/account/turn_off_second_factor", "password=x", Access::Staff),
    get("/api/staff/account/sessions", "", Access::Staff),
    post("/api/staff/account/end_session", "id={id}", Access::Staff),
    post("/api/staff/account/change_password", "old=x&new=a+long+enough+one", Access::Staff),
    get("/api/staff/team/list", "", TEAM),
    post("/api/staff/team/invite", "user[email]=x", TEAM),
    post("/api/staff/team/save", "user[id]={id}&user[version]=1&user[role]=viewer", TEAM),
    post("/api/staff/team/send_code", "id={id}", TEAM),
    post("/api/staff/team/sign_out", "id={id}", TEAM),
    post("/api/staff/team/forget_second_factor", "id={id}", TEAM),
    get("/api/staff/search", "words=xy", Access::Staff),
    get("/api/staff/invoices/open", "", Access::Staff),
    get("/api/staff/invoices/paid", "", Access::Staff),
    get("/api/staff/invoices/aging", "", Access::Staff),
    get("/api/staff/invoice/panel", "id={id}", Access::Staff),
    get("/api/staff/invoice/history", "id={id}", INVOICES),
    get("/api/staff/pay_links/of_invoice", "id={id}", Access::Staff),
    post("/api/staff/pay_links/make", "id={id}", PAYMENTS),
    post("/api/staff/pay_links/revoke", "id={id}", PAYMENTS),
    post("/api/staff/invoice/expect", "id={id}&version=1&form[status]=automatic", INVOICES),
    post("/api/staff/invoice/expect_many", "invoices={id}:1&form[status]=automatic", INVOICES),
    get("/api/staff/invoice/mail", "id={id}", Access::Staff),
    post("/api/staff/invoice/send_mail", "id={id}&form[subject]=A&form[text]=B", MAIL),
    get("/api/staff/forecast", "", FORECAST),
    get("/api/staff/promises/list", "customer_id={id}", Access::Staff),
    post("/api/staff/promises/record", "customer_id={id}", INVOICES),
    post("/api/staff/promises/cancel", "id={id}&version=1", INVOICES),
    get("/api/staff/customers/list", "", Access::Staff),
    get("/api/staff/customers/panel", "id={id}", Access::Staff),
    get("/api/staff/customers/specialists", "", Access::Staff),
    post("/api/staff/contacts/view_portal", "id={id}", CUSTOMERS),
    post("/api/staff/customers/save_profile", "customer_id={id}&version=1", CUSTOMERS),
    post("/api/staff/customers/assign", "customer_id={id}", CUSTOMERS),
    post("/api/staff/customers/prefer_billing", "customer_id={id}", CUSTOMERS),
    post("/api/staff/customers/assign_workflow", "customer_id={id}", ASSIGNMENTS),
    post("/api/staff/customers/assign_workflows", "ids={id}", ASSIGNMENTS),
    post("/api/staff/customers/invite_to_autopay", "customer_id={id}", ASSIGNMENTS),
    post("/api/staff/customers/end_autopay", "customer_id={id}", ASSIGNMENTS),
    get("/api/staff/workflows/list", "", Access::Staff),
    get("/api/staff/settings/workflows", "", WORKFLOWS),
    post("/api/staff/workflows/save", "form[name]=", WORKFLOWS),
    post("/api/staff/workflows/remove", "id={id}&version=1", WORKFLOWS),
    post("/api/staff/workflows/make_usual", "", WORKFLOWS),
    post("/api/staff/customers/choose_statement", "customer_id={id}", STATEMENTS),
    post("/api/staff/customers/choose_statements", "ids={id}", STATEMENTS),
    post("/api/staff/customers/send_statement", "customer_id={id}", STATEMENTS),
    get("/api/staff/customers/payment_overrides", "customer_id={id}", Access::Staff),
    post("/api/staff/customers/save_payment_overrides", "customer_id={id}&version=1", CUSTOMERS),
    post("/api/staff/customers/switch_online_many", "ids={id}", CUSTOMERS),
    get("/api/staff/contacts/list", "customer_id={id}", Access::Staff),
    post("/api/staff/contacts/save", "customer_id={id}&draft[email]=x", CUSTOMERS),
    post("/api/staff/contacts/give_role", "customer_id={id}&role_id={id}", CUSTOMERS),
    post("/api/staff/contacts/remove", "id={id}&version=1", CUSTOMERS),
    get("/api/staff/history/as_of", "customer_id={id}&day=2026-01-01", CUSTOMERS),
    get("/api/staff/history/list", "customer_id={id}", CUSTOMERS),
    get("/api/staff/notes/list", "customer_id={id}", Access::Staff),
    post("/api/staff/notes/add", "customer_id={id}&body=x", CUSTOMERS),
    get("/api/staff/notes/of_invoice", "id={id}", Access::Staff),
    post("/api/staff/notes/add_to_invoice", "id={id}&body=x", CUSTOMERS),
    post("/api/staff/notes/edit", "id={id}&version=1&body=x", CUSTOMERS),
    get("/api/staff/notes/colleagues", "customer_id={id}", CUSTOMERS),
    get("/api/staff/tasks/list", "", Access::Staff),
    get("/api/staff/tasks/list", "of=created", Access::Staff),
    get("/api/staff/tasks/list", "of=done", Access::Staff),
    get("/api/staff/tasks/of_customer", "customer_id={id}", Access::Staff),
    get("/api/staff/tasks/form", "customer_id={id}", CUSTOMERS),
    get("/api/staff/tasks/form", "task_id={id}", CUSTOMERS),
    post("/api/staff/tasks/save", "task[id]={id}&task[version]=1&task[title]=x", CUSTOMERS),
    post("/api/staff/tasks/complete", "id={id}&version=1", Access::Staff),
    post("/api/staff/tasks/reopen", "id={id}&version=1", Access::Staff),
    post("/api/staff/tasks/remove", "id={id}&version=1", Access::Staff),
    get("/api/staff/notifications/list", "", Access::Staff),
    get("/api/staff/notifications/list", "is_archived=true", Access::Staff),
    get("/api/staff/notifications/count", "", Access::Staff),
    post("/api/staff/notifications/read", "id={id}&is_read=true", Access::Staff),
    post("/api/staff/notifications/archive", "id={id}&is_archived=true", Access::Staff),
    post("/api/staff/notifications/read_all", "", Access::Staff),
    get("/api/staff/account/notifications", "", Access::Staff),
    post("/api/staff/account/save_notifications", "mailed[mention]=true", Access::Staff),
    get("/api/staff/settings/task_templates", "", SETTINGS),
    post("/api/staff/settings/save_task_template", "template[name]=", SETTINGS),
    post("/api/staff/settings/remove_task_template", "id={id}&version=1", SETTINGS),
    get("/api/staff/documents/list", "customer_id={id}", Access::Staff),
    get("/api/staff/documents/choices", "customer_id={id}", Access::Staff),
    post("/api/staff/documents/save", "draft[id]={id}&draft[version]=1", Access::Staff),
    post("/api/staff/documents/remove", "id={id}&version=1", Access::Staff),
    get("/api/staff/settings/document_types", "", DOCUMENTS),
    post("/api/staff/settings/save_document_type", "name=", DOCUMENTS),
    post("/api/staff/settings/remove_document_type", "id={id}&version=1", DOCUMENTS),
    get("/api/staff/settings/roles", "", SETTINGS),
    post("/api/staff/settings/save_role", "role[name]=", SETTINGS),
    post("/api/staff/settings/remove_role", "id={id}&version=1", SETTINGS),
    post("/api/staff/settings/move_contacts", "from={id}&to={id}", SETTINGS),
    get("/api/staff/settings/company", "", SETTINGS),
    post("/api/staff/settings/save_company", "version=x", SETTINGS),
    get("/api/staff/settings/logo", "", SETTINGS),
    post("/api/staff/settings/remove_logo", "version=x", SETTINGS),
    get("/api/staff/settings/changes", "", SETTINGS),
    get("/api/staff/settings/receivables", "", SETTINGS),
    post("/api/staff/settings/billing_preference", "before=buyer&after=buyer", SETTINGS),
    post("/api/staff/settings/promise_grace", "before=0&after=0", SETTINGS),
    get("/api/staff/settings/statements", "", STATEMENTS),
    post(
        "/api/staff/settings/save_statements",
        "version=x&form[week]=first&form[weekday]=Mon&form[paid_days]=30",
        STATEMENTS,
    ),
    get("/api/staff/settings/policy", "", PAYMENTS),
    post("/api/staff/settings/save_policy", "version=x", PAYMENTS),
    get("/api/staff/settings/fields", "", SETTINGS),
    post("/api/staff/settings/save_field", "field[name]=", SETTINGS),
    post("/api/staff/settings/remove_field", "id={id}&version=1", SETTINGS),
    post("/api/staff/settings/remove_option", "field_id={id}&version=1&option_id={id}", SETTINGS),
    get("/api/staff/customers/fields", "customer_id={id}", Access::Staff),
    post("/api/staff/customers/save_fields", "customer_id={id}&version=1", VALUES),
    get("/api/staff/invoices/fields", "invoice_id={id}", Access::Staff),
    post("/api/staff/invoices/save_fields", "invoice_id={id}&version=1", VALUES),
    post("/api/staff/customers/assign_many", "ids={id}", CUSTOMERS),
    post("/api/staff/customers/fill_many", "ids={id}&field_id={id}", VALUES),
    post("/api/staff/invoices/fill_many", "ids={id}&field_id={id}", VALUES),
    get("/api/staff/lists/setup", "list=customers", Access::Staff),
    post("/api/staff/lists/columns", "list=customers&view_id={id}", Access::Staff),
    post("/api/staff/lists/save_view", "list=customers&view[id]={id}&view[name]=x", Access::Staff),
    post("/api/staff/lists/remove_view", "id={id}&version=1", Access::Staff),
    post("/api/staff/lists/begin_with", "list=customers&view_id={id}", Access::Staff),
    get("/api/staff/mailbox/list", "", SETTINGS),
    get("/api/staff/mailbox/one", "id={id}", SETTINGS),
    get("/api/staff/import/preview", "upload_id={id}", SETTINGS),
    post("/api/staff/import/start", "upload_id={id}&choices[kind]=invoices", SETTINGS),
    get("/api/staff/import/progress", "id={id}", SETTINGS),
    get("/api/staff/import/list", "", SETTINGS),
];

/// Routes that are not pages or server functions.
pub const ROUTES: &[Endpoint] = &[
    get("/", "", Access::Public),
    get("/logo.svg", "", Access::Public),
    get("/healthz", "", Access::Public),
    get("/readyz", "", Access::Public),
    get("/dev/mailbox.json", "", Access::Loopback),
    get("/portal/invoices/{id}/pdf", "", Access::Paying),
    post("/pay/{token}", "", Access::Public),
    get("/pay/{token}/invoice.pdf", "", Access::Public),
    get("/portal/documents/{id}", "", Access::Account),
    get("/portal/payments/{id}/receipt.pdf", "", Access::Paying),
    get("/portal/payments/{id}/return", "", Access::Paying),
    get("/portal/methods/return/{id}", "", Access::Paying),
    get("/portal/pay/cancel/{id}", "", Access::Paying),
    get("/staff/live", "", Access::Staff),
    get("/staff/customers/export.csv", "", Access::Staff),
    get("/staff/customers/export.xlsx", "", Access::Staff),
    get("/staff/invoices/export.csv", "", Access::Staff),
    get("/staff/invoices/export.xlsx", "", Access::Staff),
    get("/staff/paid/export.csv", "", Access::Staff),
    get("/staff/paid/export.xlsx", "", Access::Staff),
    get("/staff/forecast/export.csv", "", FORECAST),
    get("/staff/documents/{id}", "", Access::Staff),
    post("/staff/documents/upload", "", Access::Staff),
    post("/staff/settings/logo", "", SETTINGS),
    get("/staff/mailbox/{id}/body", "", SETTINGS),
    get("/staff/mailbox/{id}/attachment.pdf", "", SETTINGS),
    post("/staff/import/upload", "", SETTINGS),
    get("/staff/import/runs/{id}/refused.csv", "", SETTINGS),
    post("/hooks/sandbox", "", Access::Gateway),
];
