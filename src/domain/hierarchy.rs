//! Who pays for whom: customers that belong to other customers, and the Bill-To that follows from
//! the preference of the buyer (product.md §2.4).

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use serde::{Deserialize, Serialize};

/// Who pays what a customer bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingPreference {
    /// Whoever bought.
    #[default]
    Buyer,
    /// The customer the buyer belongs to; a buyer that belongs to nobody pays itself.
    ImmediateParent,
    /// The customer at the top of the buyer's tree.
    TopLevelParent,
}

impl BillingPreference {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Buyer, Self::ImmediateParent, Self::TopLevelParent];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::ImmediateParent => "immediate_parent",
            Self::TopLevelParent => "top_level_parent",
        }
    }

    /// The preference of a stored word; the empty word is none: what is above decides.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preference| preference.as_str() == word)
    }
}

/// Where a preference comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreferenceOrigin {
    /// The customer's own.
    Customer,
    /// It is a project: its immediate parent pays unless it says otherwise.
    Project,
    /// The company's setting.
    Company,
}

/// A customer as the books place it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node<Id> {
    /// The customer it belongs to, if there is such a customer.
    pub parent: Option<Id>,
    /// Whether it is a project of its parent.
    pub is_project: bool,
    /// Its own preference, if it has one.
    pub preference: Option<BillingPreference>,
}

/// The preference that counts for a customer, and where it comes from.
pub fn preference<Id>(
    node: &Node<Id>,
    company: BillingPreference,
) -> (BillingPreference, PreferenceOrigin) {
    match node.preference {
        Some(own) => (own, PreferenceOrigin::Customer),
        None if node.is_project => (BillingPreference::ImmediateParent, PreferenceOrigin::Project),
        None => (company, PreferenceOrigin::Company),
    }
}

/// Customers with the customers they belong to. Those that belong to themselves, straight or in a
/// circle, belong to nobody: the books are wrong there, and nobody may vanish for it.
#[derive(Clone, Debug)]
pub struct Hierarchy<Id> {
    nodes: HashMap<Id, Node<Id>>,
    roots: HashMap<Id, Id>,
    in_circles: HashSet<Id>,
}

impl<Id: Copy + Eq + Hash> Hierarchy<Id> {
    /// The hierarchy of some customers. A parent that is not among them is a root.
    pub fn new(nodes: impl IntoIterator<Item = (Id, Node<Id>)>) -> Self {
        let nodes: HashMap<Id, Node<Id>> = nodes.into_iter().collect();
        let mut hierarchy =
            Self { roots: HashMap::with_capacity(nodes.len()), in_circles: HashSet::new(), nodes };
        let ids: Vec<Id> = hierarchy.nodes.keys().copied().collect();
        for id in ids {
            hierarchy.climb(id);
        }
        hierarchy
    }

    /// Walks up from a customer until a root is known, and notes it for everybody on the way: each
    /// customer is walked over once, however deep the tree.
    fn climb(&mut self, from: Id) {
        let mut path: Vec<Id> = Vec::new();
        let mut places: HashMap<Id, usize> = HashMap::new();
        let mut at = from;
        let root = loop {
            if let Some(root) = self.roots.get(&at) {
                break *root;
            }
            if let Some(place) = places.get(&at) {
                // Everybody from there on is their own root; those before hang on the first.
                for id in path.drain(*place..) {
                    self.in_circles.insert(id);
                    self.roots.insert(id, id);
                }
                break at;
            }
            places.insert(at, path.len());
            path.push(at);
            match self.nodes.get(&at).and_then(|node| node.parent) {
                Some(parent) => at = parent,
                None => break at,
            }
        };
        for id in path {
            self.roots.insert(id, root);
        }
    }

    /// Whether a customer belongs to itself in the books.
    pub fn is_in_circle(&self, id: Id) -> bool {
        self.in_circles.contains(&id)
    }

    /// The customer that one belongs to.
    pub fn parent(&self, id: Id) -> Option<Id> {
        let parent = self.nodes.get(&id).and_then(|node| node.parent);
        parent.filter(|_| !self.is_in_circle(id))
    }

    /// The customer at the top of one's tree.
    pub fn root(&self, id: Id) -> Id {
        self.roots.get(&id).copied().unwrap_or(id)
    }

    /// Who pays what a customer bought. The preference of the buyer decides, and is followed once:
    /// that of whoever pays is not asked.
    pub fn bill_to(&self, id: Id, company: BillingPreference) -> Id {
        let Some(node) = self.nodes.get(&id) else { return id };
        match preference(node, company).0 {
            BillingPreference::Buyer => id,
            BillingPreference::ImmediateParent => self.parent(id).unwrap_or(id),
            BillingPreference::TopLevelParent => self.root(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn node(parent: Option<usize>) -> Node<usize> {
        Node { parent, is_project: false, preference: None }
    }

    /// product.md §2.4 and its example 5: Acme 0, Clark 1, Tool Factory 2, Widgets 3, Gadget 4,
    /// Davis 5, Smith 6.
    fn acme() -> Vec<(usize, Node<usize>)> {
        let parents = [None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)];
        parents.into_iter().map(node).enumerate().collect()
    }

    fn paid_by(hierarchy: &Hierarchy<usize>, company: BillingPreference) -> Vec<usize> {
        (0..7).map(|id| hierarchy.bill_to(id, company)).collect()
    }

    /// What everybody pays for when each owes 100.00.
    fn consolidated(payers: &[usize]) -> Vec<i64> {
        let mut sums = vec![0; payers.len()];
        for payer in payers {
            sums[*payer] += 10_000;
        }
        sums
    }

    #[test]
    fn the_worked_tree() {
        use BillingPreference as P;
        let tree = Hierarchy::new(acme());
        for (company, payers, sums) in [
            (P::Buyer, [0, 1, 2, 3, 4, 5, 6], [10_000; 7]),
            (P::ImmediateParent, [0, 0, 0, 1, 1, 2, 2], [30_000, 20_000, 20_000, 0, 0, 0, 0]),
            (P::TopLevelParent, [0; 7], [70_000, 0, 0, 0, 0, 0, 0]),
        ] {
            assert_eq!(paid_by(&tree, company), payers, "{company:?}");
            assert_eq!(consolidated(&payers), sums, "{company:?}");
        }
    }

    #[test]
    fn the_buyers_own_preference_counts_and_is_followed_once() {
        use BillingPreference as P;
        let mut nodes = acme();
        nodes[1].1.preference = Some(P::Buyer); // Clark pays itself …
        nodes[3].1.preference = Some(P::ImmediateParent); // … and for Widgets,
        nodes[4].1.is_project = true; // and for its project Gadget,
        nodes[6].1.is_project = true; // whereas Smith, a project too, says otherwise.
        nodes[6].1.preference = Some(P::TopLevelParent);
        let tree = Hierarchy::new(nodes.clone());
        assert_eq!(paid_by(&tree, P::Buyer), [0, 1, 2, 1, 1, 5, 0]);
        assert_eq!(paid_by(&tree, P::TopLevelParent), [0, 1, 0, 1, 1, 0, 0]);
        // Clark's bills go to Acme, those of Widgets to Clark all the same: one hop.
        nodes[1].1.preference = Some(P::ImmediateParent);
        assert_eq!(paid_by(&Hierarchy::new(nodes), P::Buyer), [0, 0, 2, 1, 1, 5, 0]);
        let origin = |own, is_project| {
            let node = Node { parent: Some(1), is_project, preference: own };
            preference(&node, P::TopLevelParent)
        };
        assert_eq!(origin(None, false), (P::TopLevelParent, PreferenceOrigin::Company));
        assert_eq!(origin(None, true), (P::ImmediateParent, PreferenceOrigin::Project));
        assert_eq!(origin(Some(P::Buyer), true), (P::Buyer, PreferenceOrigin::Customer));
    }

    #[test]
    fn circles_and_unknown_parents_are_survived() {
        use BillingPreference as P;
        // 0 is its own parent; 1 and 2 are each other's; 3 hangs on 2; 4's parent is not known.
        let nodes = [Some(0), Some(2), Some(1), Some(2), Some(9)];
        let tree = Hierarchy::new(nodes.into_iter().map(node).enumerate());
        let paid = |company| (0..5).map(|id| tree.bill_to(id, company)).collect::<Vec<_>>();
        assert_eq!(paid(P::TopLevelParent), [0, 1, 2, 2, 9]);
        assert_eq!(paid(P::ImmediateParent), [0, 1, 2, 2, 9]);
        assert_eq!(paid(P::Buyer), [0, 1, 2, 3, 4]);
        let circles: Vec<bool> = (0..5).map(|id| tree.is_in_circle(id)).collect();
        assert_eq!(circles, [true, true, true, false, false]);
    }

    #[test]
    fn words_are_read_back() {
        for preference in BillingPreference::ALL {
            assert_eq!(BillingPreference::from_word(preference.as_str()), Some(preference));
        }
        assert_eq!(BillingPreference::from_word(""), None);
    }

    fn any_preference() -> impl Strategy<Value = Option<BillingPreference>> {
        proptest::option::of(proptest::sample::select(BillingPreference::ALL.to_vec()))
    }

    /// Any parents at all, circles and strangers included.
    fn any_hierarchy() -> impl Strategy<Value = Vec<(Node<usize>, i64)>> {
        (1_usize..40).prop_flat_map(|count| {
            let one = (
                proptest::option::of(0..count + 2),
                any::<bool>(),
                any_preference(),
                0_i64..1_000_000,
            );
            let one = one.prop_map(|(parent, is_project, preference, balance)| {
                (Node { parent, is_project, preference }, balance)
            });
            proptest::collection::vec(one, count)
        })
    }

    /// The top of a tree, found without remembering anything: the n-th ancestor, or the first who
    /// comes back to themself.
    fn plain_root(nodes: &[(Node<usize>, i64)], id: usize) -> usize {
        let parent = |id: usize| nodes.get(id).and_then(|(node, _)| node.parent);
        let comes_back = |id: usize| {
            let mut at = parent(id);
            (0..=nodes.len()).any(|_| {
                let found = at == Some(id);
                at = at.and_then(parent);
                found
            })
        };
        let mut at = id;
        while let Some(next) = parent(at).filter(|_| !comes_back(at)) {
            at = next;
        }
        at
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, ..ProptestConfig::default() })]

        #[test]
        fn each_balance_is_counted_once(
            nodes in any_hierarchy(),
            company in proptest::sample::select(BillingPreference::ALL.to_vec()),
        ) {
            let placed = nodes.iter().map(|(node, _)| *node).enumerate();
            let tree = Hierarchy::new(placed);
            let mut sums: HashMap<usize, i64> = HashMap::new();
            for (id, (node, balance)) in nodes.iter().enumerate() {
                let payer = tree.bill_to(id, company);
                *sums.entry(payer).or_default() += balance;
                let expected = match preference(node, company).0 {
                    BillingPreference::Buyer => id,
                    BillingPreference::ImmediateParent => match node.parent {
                        Some(parent) if plain_root(&nodes, id) != id => parent,
                        _ => id,
                    },
                    BillingPreference::TopLevelParent => plain_root(&nodes, id),
                };
                prop_assert_eq!(payer, expected, "customer {}", id);
            }
            let owed: i64 = nodes.iter().map(|(_, balance)| balance).sum();
            prop_assert_eq!(sums.values().sum::<i64>(), owed);
        }
    }
}
