//! Letters that were mailed, and contacts who get none.

use crate::{
    domain::ids::CustomerId,
    services::World,
    storage::{self, Db, contacts::ContactRow, messages::MessageRow},
};

/// Messages of a kind to an address, latest first; to everybody when it is empty.
pub async fn mailed(db: &Db, kind: &str, email: &str) -> Vec<MessageRow> {
    let mut session = db.read().await.unwrap();
    let mut rows = storage::messages::all_latest(&mut session, email, 100).await.unwrap();
    rows.retain(|row| row.kind == kind);
    rows
}

/// Gives all contacts of a customer a role that gets nothing.
pub async fn hush(world: &World, customer_id: CustomerId) {
    let mut session = world.db.begin().await.unwrap();
    let roles = storage::contact_roles::all(&mut session).await.unwrap();
    let role_id = roles.iter().find(|role| !role.gets_messages).unwrap().id;
    for contact in storage::contacts::all(&mut session, customer_id).await.unwrap() {
        let contact = ContactRow { role_id, ..contact };
        assert!(storage::contacts::update(&mut session, &contact).await.unwrap());
    }
    session.commit().await.unwrap();
}
