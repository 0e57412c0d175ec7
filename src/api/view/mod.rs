//! What screens receive. Flat and lean: amounts in minor units beside a currency code, dates
//! already in words (the browser then needs no calendar), nothing a screen does not show.

mod autopay;
mod company;
mod contacts;
mod files;
mod forecast;
mod history;
mod import;
mod invoice;
mod lists;
mod pay_link;
mod portal;
mod promises;
mod staff;
mod statements;
mod tasks;
mod team;
mod workflows;

use serde::{Deserialize, Serialize};

pub use self::{
    autopay::{AutopayPage, AutopayView, PlannedChargeView},
    company::{CompanyView, LogoView},
    contacts::{
        ContactDraft, ContactsView, CustomerContactView, PayerContactsView, RoleDraft, RoleView,
        UsedRoleView,
    },
    files::{
        DocumentChoices, DocumentDraft, DocumentTypeView, DocumentView, DocumentsView,
        SharedDocumentView, SharedDocumentsPage, UploadAnswer, UsedDocumentTypeView,
    },
    forecast::{ForecastView, SumView, WeekView},
    history::{ActivityView, AsOfView, FactView, HistoryView, NoteView, NotesView},
    import::{ImportChoices, ImportPreview, ImportProgress},
    invoice::{DecidedView, ExpectationView, InvoiceMailView, InvoicePanel, InvoicePaymentView},
    lists::{
        BulkDone, FieldDraft, FieldSettingView, FieldValueView, FieldValuesView, FieldView,
        ListSetup, OptionDraft, OptionView, ValueDraft, ViewDraft, ViewView,
    },
    pay_link::{LinkPaymentView, OpenPayLink, PaidPayLink, PayLinkPage, PayLinkShown, PayLinkView},
    portal::{
        AccountView, AmountField, BasketLine, Buyers, ChooseMethodPage, LatestPayment, LineView,
        MethodView, PaidInvoice, PaymentPage, PortalCurrency, PortalFrame, PortalHome,
        PortalInvoice, PortalInvoicePage, PortalInvoicePayment, PortalPaid, ReviewPage,
    },
    promises::{PromisableView, PromiseView, PromisesView},
    staff::{
        AgingSegment, AgingView, BalanceView, BillingView, CustomerLink, CustomerListView,
        CustomerPanel, CustomerRowView, FoundKind, FoundView, InvoiceListView, InvoiceRowView,
        MessageView, OverridesView, PaidBy, PaymentRowView, PolicyView, StaffFrame, TotalView,
    },
    statements::{StatementSettingsView, StatementView},
    tasks::{
        MailedDraft, NotificationView, NotificationsView, TaskDoneView, TaskDraft, TaskFormView,
        TaskView, TasksView, TemplateDraft, TemplateView,
    },
    team::{
        SecondFactorSetup, SecondFactorView, SessionView, SpecialistView, TeamUserView, TeamView,
        UserDraft, UserState,
    },
    workflows::{OwnWorkflowView, WorkflowView},
};

/// An amount with its currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Minor units.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}

/// Whom to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactView {
    /// A person's or a team's name.
    pub name: String,
    /// Their e-mail; may be empty.
    pub email: String,
    /// Their phone; may be empty.
    pub phone: String,
}
