//! The made-up customers of the demo.

/// A customer of the demo.
#[derive(Clone, Copy, Debug)]
pub(super) struct Buyer {
    /// Name.
    pub(super) name: &'static str,
    /// E-mail for invoices.
    pub(super) email: &'static str,
    /// Phone.
    pub(super) phone: &'static str,
    /// Street.
    pub(super) street: &'static str,
    /// City.
    pub(super) city: &'static str,
    /// State, two letters.
    pub(super) state: &'static str,
    /// Postal code.
    pub(super) postal_code: &'static str,
    /// Terms.
    pub(super) terms: &'static str,
    /// Days until an invoice is due.
    pub(super) due_days: i64,
}

#[rustfmt::skip]
const BUYERS: &[Buyer] = &[
    Buyer { name: "Alder & Finch Outfitters", email: "ap@alderfinch.example", phone: "+1 200 555 0100", street: "12 Mill Road", city: "Savannah", state: "GA", postal_code: "31401", terms: "2/10 Net 30", due_days: 30 },
    Buyer { name: "Harbor Light Interiors", email: "payables@harborlight.example", phone: "+1 213 555 0101", street: "49 Canal Street", city: "Charleston", state: "SC", postal_code: "29401", terms: "Net 15", due_days: 15 },
    Buyer { name: "Harbor Kitchen & Table", email: "payables@harborkitchen.example", phone: "+1 226 555 0102", street: "86 Foundry Lane", city: "Charleston", state: "SC", postal_code: "29403", terms: "1/15 Net 30", due_days: 30 },
    Buyer { name: "Baxter & Lowe Refrigeration", email: "ap@baxterlowe.example", phone: "+1 239 555 0103", street: "123 Market Square", city: "Cleveland", state: "OH", postal_code: "44113", terms: "Net 45", due_days: 45 },
    Buyer { name: "Cedar Row Gifts", email: "accounts@cedarrow.example", phone: "+1 252 555 0104", street: "160 Orchard Avenue", city: "Portland", state: "OR", postal_code: "97205", terms: "2/10 Net 45", due_days: 45 },
    Buyer { name: "Brightwater Botanicals", email: "ap@brightwater.example", phone: "+1 265 555 0105", street: "197 Station Street", city: "Tampa", state: "FL", postal_code: "33602", terms: "Net 30", due_days: 30 },
    Buyer { name: "Kestrel Stationers", email: "bills@kestrel.example", phone: "+1 278 555 0106", street: "234 Quarry Road", city: "Denver", state: "CO", postal_code: "80202", terms: "2/10 Net 30", due_days: 30 },
    Buyer { name: "Marlow House Hotels", email: "payables@marlowhouse.example", phone: "+1 291 555 0107", street: "271 Bridge Street", city: "Boston", state: "MA", postal_code: "02110", terms: "Net 15", due_days: 15 },
    Buyer { name: "Juniper & Thread", email: "ap@juniperthread.example", phone: "+1 304 555 0108", street: "308 Mill Road", city: "Nashville", state: "TN", postal_code: "37203", terms: "1/15 Net 30", due_days: 30 },
    Buyer { name: "Oakline Garden Centers", email: "accounts@oakline.example", phone: "+1 317 555 0109", street: "345 Canal Street", city: "Columbus", state: "OH", postal_code: "43215", terms: "Net 45", due_days: 45 },
    Buyer { name: "Pemberton Toys", email: "ap@pembertontoys.example", phone: "+1 330 555 0110", street: "382 Foundry Lane", city: "Raleigh", state: "NC", postal_code: "27601", terms: "2/10 Net 45", due_days: 45 },
    Buyer { name: "Quill & Candle", email: "bills@quillcandle.example", phone: "+1 343 555 0111", street: "419 Market Square", city: "Albany", state: "NY", postal_code: "12207", terms: "Net 30", due_days: 30 },
    Buyer { name: "Redfern Catering", email: "ap@redfern.example", phone: "+1 356 555 0112", street: "456 Orchard Avenue", city: "Dallas", state: "TX", postal_code: "75201", terms: "2/10 Net 30", due_days: 30 },
    Buyer { name: "Sable Point Lodges", email: "payables@sablepoint.example", phone: "+1 369 555 0113", street: "493 Station Street", city: "Grand Rapids", state: "MI", postal_code: "49503", terms: "Net 15", due_days: 15 },
    Buyer { name: "Tamarack Home", email: "ap@tamarack.example", phone: "+1 382 555 0114", street: "530 Quarry Road", city: "Madison", state: "WI", postal_code: "53703", terms: "1/15 Net 30", due_days: 30 },
    Buyer { name: "Umber Paper Goods", email: "accounts@umberpaper.example", phone: "+1 395 555 0115", street: "567 Bridge Street", city: "Richmond", state: "VA", postal_code: "23219", terms: "Net 45", due_days: 45 },
    Buyer { name: "Vesper Lighting", email: "ap@vesperlighting.example", phone: "+1 408 555 0116", street: "604 Mill Road", city: "Phoenix", state: "AZ", postal_code: "85004", terms: "2/10 Net 45", due_days: 45 },
    Buyer { name: "Willow Lane Florists", email: "bills@willowlane.example", phone: "+1 421 555 0117", street: "641 Canal Street", city: "Lexington", state: "KY", postal_code: "40507", terms: "Net 30", due_days: 30 },
    Buyer { name: "Yarrow Apothecary", email: "ap@yarrow.example", phone: "+1 434 555 0118", street: "678 Foundry Lane", city: "Sacramento", state: "CA", postal_code: "95814", terms: "2/10 Net 30", due_days: 30 },
    Buyer { name: "Zephyr Party Supply", email: "accounts@zephyrparty.example", phone: "+1 447 555 0119", street: "715 Market Square", city: "Las Vegas", state: "NV", postal_code: "89101", terms: "Net 15", due_days: 15 },
    Buyer { name: "Ashgrove Books", email: "ap@ashgrove.example", phone: "+1 460 555 0120", street: "752 Orchard Avenue", city: "Pittsburgh", state: "PA", postal_code: "15222", terms: "1/15 Net 30", due_days: 30 },
    Buyer { name: "Birch & Barrel", email: "bills@birchbarrel.example", phone: "+1 473 555 0121", street: "789 Station Street", city: "Louisville", state: "KY", postal_code: "40202", terms: "Net 45", due_days: 45 },
    Buyer { name: "Coppermill Ceramics", email: "ap@coppermill.example", phone: "+1 486 555 0122", street: "826 Quarry Road", city: "Santa Fe", state: "NM", postal_code: "87501", terms: "2/10 Net 45", due_days: 45 },
    Buyer { name: "Driftwood Cafés", email: "accounts@driftwood.example", phone: "+1 499 555 0123", street: "863 Bridge Street", city: "Wilmington", state: "NC", postal_code: "28401", terms: "Net 30", due_days: 30 },
    Buyer { name: "Elmstead Nurseries", email: "ap@elmstead.example", phone: "+1 512 555 0124", street: "900 Mill Road", city: "Hartford", state: "CT", postal_code: "06103", terms: "2/10 Net 30", due_days: 30 },
    Buyer { name: "Foxglove Events", email: "bills@foxglove.example", phone: "+1 525 555 0125", street: "937 Canal Street", city: "Minneapolis", state: "MN", postal_code: "55401", terms: "Net 15", due_days: 15 },
    Buyer { name: "Gable & Co. Realty Gifts", email: "ap@gable.example", phone: "+1 538 555 0126", street: "974 Foundry Lane", city: "Omaha", state: "NE", postal_code: "68102", terms: "1/15 Net 30", due_days: 30 },
    Buyer { name: "Hawthorn Schools Trust", email: "payables@hawthorn.example", phone: "+1 551 555 0127", street: "1011 Market Square", city: "Newark", state: "NJ", postal_code: "07102", terms: "Net 45", due_days: 45 },
    Buyer { name: "Ivory Coast Imports", email: "ap@ivorycoast.example", phone: "+1 564 555 0128", street: "1048 Orchard Avenue", city: "Houston", state: "TX", postal_code: "77002", terms: "2/10 Net 45", due_days: 45 },
    Buyer { name: "Jasper Mountain Stores", email: "accounts@jaspermountain.example", phone: "+1 577 555 0129", street: "1085 Station Street", city: "Boise", state: "ID", postal_code: "83702", terms: "Net 30", due_days: 30 },
    Buyer { name: "Kingfisher Marine", email: "ap@kingfisher.example", phone: "+1 590 555 0130", street: "1122 Quarry Road", city: "Norfolk", state: "VA", postal_code: "23510", terms: "2/10 Net 30", due_days: 30 },
    Buyer { name: "Larkspur Weddings", email: "bills@larkspur.example", phone: "+1 603 555 0131", street: "1159 Bridge Street", city: "Charlotte", state: "NC", postal_code: "28202", terms: "Net 15", due_days: 15 },
    Buyer { name: "Meadowbank Care Homes", email: "payables@meadowbank.example", phone: "+1 616 555 0132", street: "1196 Mill Road", city: "Des Moines", state: "IA", postal_code: "50309", terms: "1/15 Net 30", due_days: 30 },
    Buyer { name: "Nettle & Rye Bakers", email: "ap@nettlerye.example", phone: "+1 629 555 0133", street: "1233 Canal Street", city: "Milwaukee", state: "WI", postal_code: "53202", terms: "Net 45", due_days: 45 },
    Buyer { name: "Orchard Street Market", email: "accounts@orchardstreet.example", phone: "+1 642 555 0134", street: "1270 Foundry Lane", city: "Providence", state: "RI", postal_code: "02903", terms: "2/10 Net 45", due_days: 45 },
    Buyer { name: "Peregrine Travel Shops", email: "ap@peregrine.example", phone: "+1 655 555 0135", street: "1307 Market Square", city: "Salt Lake City", state: "UT", postal_code: "84101", terms: "Net 30", due_days: 30 },
    Buyer { name: "Rosewater Spas", email: "bills@rosewater.example", phone: "+1 668 555 0136", street: "1344 Orchard Avenue", city: "Scottsdale", state: "AZ", postal_code: "85251", terms: "2/10 Net 30", due_days: 30 },
    Buyer { name: "Saltmarsh Trading", email: "ap@saltmarsh.example", phone: "+1 681 555 0137", street: "1381 Station Street", city: "Portland", state: "ME", postal_code: "04101", terms: "Net 15", due_days: 15 },
    Buyer { name: "Thistledown Toys", email: "accounts@thistledown.example", phone: "+1 694 555 0138", street: "1418 Quarry Road", city: "Tulsa", state: "OK", postal_code: "74103", terms: "1/15 Net 30", due_days: 30 },
    Buyer { name: "Windrush Décor", email: "ap@windrush.example", phone: "+1 707 555 0139", street: "1455 Bridge Street", city: "Spokane", state: "WA", postal_code: "99201", terms: "Net 45", due_days: 45 },
];

/// Which customers belong to which others, by their places.
const BELONG: [(usize, usize); 3] = [(23, 7), (36, 7), (38, 10)];

/// The place of the customer that the one at a place belongs to.
pub(super) fn parent(place: usize) -> Option<usize> {
    BELONG.iter().find(|(child, _)| *child == place).map(|(_, parent)| *parent)
}

/// The customer at a place of the slice.
pub(super) fn buyer(place: usize) -> Buyer {
    let fallback = Buyer {
        name: "Further customer",
        email: "",
        phone: "",
        street: "",
        city: "",
        state: "",
        postal_code: "",
        terms: "Net 30",
        due_days: 30,
    };
    BUYERS.get(place).copied().unwrap_or(fallback)
}
