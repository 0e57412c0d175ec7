-- Work for people on our side, and what they are told of.

CREATE TABLE task_templates (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    notes TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT task_templates_name_key_key UNIQUE (name_key)
);

CREATE TABLE tasks (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    notes TEXT NOT NULL,
    customer_id TEXT,
    invoice_id TEXT,
    due_on DATE NOT NULL,
    assignee_id TEXT NOT NULL,
    creator_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    due_told_on DATE,
    completed_at TIMESTAMPTZ,
    completed_by TEXT,
    outcome TEXT,
    CONSTRAINT tasks_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT tasks_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES invoices (id),
    CONSTRAINT tasks_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES staff_users (id),
    CONSTRAINT tasks_creator_id_fkey FOREIGN KEY (creator_id) REFERENCES staff_users (id),
    CONSTRAINT tasks_completed_by_fkey FOREIGN KEY (completed_by) REFERENCES staff_users (id)
);
CREATE INDEX tasks_customer_id_idx ON tasks (customer_id, due_on, id);
CREATE INDEX tasks_invoice_id_idx ON tasks (invoice_id);
CREATE INDEX tasks_assignee_id_idx ON tasks (assignee_id, due_on, id);
CREATE INDEX tasks_creator_id_idx ON tasks (creator_id, due_on, id);
CREATE INDEX tasks_completed_by_idx ON tasks (completed_by);
CREATE INDEX tasks_due_on_idx ON tasks (due_on, id) WHERE completed_at IS NULL;

-- One row for each person and event: the key keeps a second one out, however often the event is told.
CREATE TABLE notifications (
    id TEXT NOT NULL PRIMARY KEY,
    staff_user_id TEXT NOT NULL,
    once_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    customer_id TEXT,
    task_id TEXT,
    facts TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ,
    archived_at TIMESTAMPTZ,
    CONSTRAINT notifications_staff_user_id_once_key_key UNIQUE (staff_user_id, once_key),
    CONSTRAINT notifications_staff_user_id_fkey FOREIGN KEY (staff_user_id) REFERENCES staff_users (id),
    CONSTRAINT notifications_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id),
    CONSTRAINT notifications_task_id_fkey FOREIGN KEY (task_id) REFERENCES tasks (id)
);
CREATE INDEX notifications_staff_user_id_idx ON notifications (staff_user_id, id);
CREATE INDEX notifications_customer_id_idx ON notifications (customer_id);
CREATE INDEX notifications_task_id_idx ON notifications (task_id);
CREATE INDEX notifications_unread_idx ON notifications (staff_user_id)
    WHERE read_at IS NULL AND archived_at IS NULL;

-- Of what somebody is told by e-mail too.
ALTER TABLE staff_users ADD COLUMN mailed_notifications TEXT NOT NULL DEFAULT 'task_assigned mention';

-- What stands behind an @ for a colleague, a line each; the note itself stays plain text.
ALTER TABLE notes ADD COLUMN mentions TEXT NOT NULL DEFAULT '';
