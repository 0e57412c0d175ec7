//! Names that columns go by, reduced as by [`plain`](super::words::plain).

use super::field::Field;

/// Names of a field: those that mean it and nothing else, those that usually do, and those that
/// do when nothing better is there.
pub(super) struct Names {
    pub(super) high: &'static str,
    pub(super) medium: &'static str,
    pub(super) low: &'static str,
}

const fn names(high: &'static str, medium: &'static str, low: &'static str) -> Names {
    Names { high, medium, low }
}

/// Names of a field in a file of documents.
///
/// Words that could as well head a column of yes and no (`Paid`) or tell of something else than
/// money received (`Closed date`) are left out: a wrong guess there would invent payments.
pub(super) const fn of(field: Field) -> Names {
    match field {
        Field::CustomerNumber => names(
            "customerno customerid customercode customernum custno custid custcode custnumber \
             custnum customeraccount custaccount customeraccountnumber accountid clientnumber \
             clientno clientid clientcode debtornumber debtorno debtorcode debtorid \
             debitorennummer debitornummer debitorennr debitornr debitorenkonto kundennummer \
             kundennr kundenr kundnummer kundnr kundenummer asiakasnumero numeroclient nclient \
             numclient codeclient numerocliente numcliente ncliente codigocliente codcliente \
             codicecliente klantnummer klantnr klantcode debiteurnummer debiteurnr \
             billtocustomerno billtono soldtoparty soldtono cardcode payerno payernumber \
             cisloklienta nrklienta",
            "customer client debtor debitor kunde kunden cliente klant debiteur accountnumber \
             accountno accountcode customerref customerreference billto soldto cust payer",
            "account acct konto compte cuenta conto debitorkreditor",
        ),
        Field::CustomerName => names(
            "clientname custname debtorname payername companyname customercompany company \
             nomclient nomduclient raisonsociale nombrecliente nombredelcliente razonsocial \
             ragionesociale nomecliente klantnaam naamklant kundenname kundename billtoname \
             soldtoname cardname firmenname firma debitorname accountname legalname displayname \
             nameadressatentypunternehmen",
            "name organization organisation organizationname business businessname unternehmen \
             societe empresa azienda bedrijf bedrijfsnaam nom nombre nome naam contactname",
            "customer client debtor debitor kunde cliente klant debiteur billto",
        ),
        Field::Email => names(
            "emailaddress customeremail billingemail invoiceemail contactemail emailadresse \
             adresseemail correoelectronico emailto arcontactemail primaryemail",
            "mail courriel correo epost eposta sahkoposti",
            "",
        ),
        Field::Phone => names(
            "phonenumber phoneno telephone telephonenumber telephoneno telefon telefonnummer \
             telefonnr telefono telefoonnummer telefoon telefone businessphone customerphone \
             contactphone",
            "tel phone1 workphone officephone mobile mobilephone mobil handy cell cellphone",
            "",
        ),
        Field::Website => names(
            "webpage homepage websiteurl siteweb sitioweb sitoweb internetadresse",
            "web url www internet",
            "",
        ),
        Field::AddressLine1 => names(
            "addressline1 address1 streetaddress street1 billingaddress billingaddress1 \
             billingstreet billtoaddress billtoaddress1 mailingaddress customeraddress adresse1 \
             strassehausnummer line1",
            "address street addressline strasse adresse anschrift rue direccion domicilio \
             indirizzo via straat adres endereco ulica",
            "",
        ),
        Field::AddressLine2 => names(
            "addressline2 address2 street2 billingaddress2 billtoaddress2 adresszusatz adresse2 \
             line2 suite",
            "complementadresse",
            "",
        ),
        Field::AddressCity => names(
            "billingcity billtocity customercity",
            "city town ort stadt ville ciudad citta plaats stad woonplaats cidade poblacion \
             localidad localite municipality",
            "",
        ),
        Field::AddressRegion => names(
            "stateprovince billingstate billtostate stateregion",
            "state region province county bundesland departement provincia estado regione \
             provincie",
            "",
        ),
        Field::AddressPostalCode => names(
            "postcode zipcode billingzip billingpostalcode billtozip postleitzahl codepostal \
             codigopostal codicepostale zippostalcode",
            "zip postal plz postnummer postnr",
            "cap cp",
        ),
        Field::AddressCountry => names(
            "billingcountry billtocountry customercountry countryname",
            "country land pays pais paese countrycode landercode landeskennzeichen isocountry",
            "",
        ),
        Field::ParentNumber => names(
            "parentno parentid parentcode parentcustomer parentcustomernumber parentcustomerno \
             parentcustomerid parentaccount parentaccountnumber headofficeno headofficenumber \
             konzernnummer",
            "parent headoffice",
            "",
        ),
        Field::Number => names(
            "invoicenumber invoiceno invoicenum invoiceid invoicecode invoicenr invno invnumber \
             invnum documentnumber documentno docnumber docno docnum rechnungsnummer rechnungsnr \
             rechnungnr rechnungnummer belegnummer belegnr belegfeld1 fakturanummer fakturanr \
             numerofacture nfacture ndefacture numfacture facturen numerodefacture factuurnummer \
             factuurnr numerofactura nfactura numfactura numerofattura nfattura creditmemonumber \
             creditmemono creditnotenumber creditnoteno cmnumber cmno gutschriftnummer \
             gutschriftsnummer laskunnumero",
            "invoice inv document doc number beleg rechnung faktura facture factura fattura \
             factuur fatura billno billnumber bill voucherno vouchernumber voucher documentid \
             transactionnumber transactionno transactionid txnnumber txnid trxnumber \
             creditmemo creditnote gutschrift reference referencenumber refno refnumber",
            "no nr num nummer numero id ref key",
        ),
        Field::Kind => names(
            "documenttype documentkind doctype invoicetype transactiontype transactionkind \
             trantype transtype txntype trxtype typededocument typedocument tipodocumento \
             tipodoc tipodedocumento dokumenttyp dokumentart belegart belegtyp",
            "type kind typ art tipo soort",
            "",
        ),
        Field::IssuedOn => names(
            "invoicedate issuedate dateissued dateofissue documentdate docdate invdate invoicedt \
             billdate billingdate dateofinvoice rechnungsdatum belegdatum fakturadatum \
             ausstellungsdatum datefacture datedefacture datefacturation datedefacturation \
             fechafactura fechadefactura fechaemision datafattura dataemissione factuurdatum \
             creditmemodate creditnotedate",
            "date datum fecha data transactiondate trandate transdate txndate trxdate issued \
             entrydate",
            "postingdate created createddate createdon createdate buchungsdatum",
        ),
        Field::DueOn => names(
            "duedate datedue dateduedate invoiceduedate paymentdue paymentduedate duedt \
             netduedate paybydate payby falligkeit falligkeitsdatum faelligkeit \
             faelligkeitsdatum falligam faelligam zahlbarbis dateecheance datedecheance \
             fechavencimiento fechadevencimiento datascadenza vervaldatum vervaldag \
             forfallsdato forfallodato maturitydate",
            "due echeance vencimiento scadenza maturity",
            "",
        ),
        Field::Total => names(
            "totalamount invoicetotal invoiceamount invoiceamt invoicevalue invoicetotalamount \
             grandtotal amounttotal totalamt documentamount documenttotal docamount doctotal \
             grossamount grosstotal totalgross totalinclvat totalincltax totalinctax \
             amountinclvat amountincltax amountincludingvat originalamount gesamtbetrag \
             gesamtsumme rechnungsbetrag rechnungssumme bruttobetrag montanttotal montantttc \
             totalttc importetotal importototale totalefattura totaalbedrag creditamount \
             creditmemoamount",
            "total amount amt value gross brutto betrag summe montant importe importo bedrag \
             totaal umsatz umsatzohnesollhabenkz",
            "amountdue",
        ),
        Field::Tax => names(
            "taxamount totaltax taxtotal vatamount totalvat salestax salestaxamount gstamount \
             mwstbetrag ustbetrag steuerbetrag montanttva btwbedrag importeiva",
            "tax vat gst hst mwst ust mehrwertsteuer umsatzsteuer steuer tva iva btw impuesto \
             imposta imposto moms",
            "",
        ),
        Field::Subtotal => names(
            "netamount nettotal totalnet amountexcltax amountexclvat totalexcltax totalexclvat \
             totalbeforetax amountbeforetax pretaxamount taxableamount nettobetrag nettosumme \
             zwischensumme montantht totalht baseimponible soustotal",
            "net netto imponibile pretax",
            "",
        ),
        Field::Currency => names(
            "currencycode currencyiso currencyisocode isocurrency isocurrencycode \
             invoicecurrency documentcurrency doccurrency transactioncurrency wahrungscode \
             codedevise wkzumsatz",
            "curr ccy cur wahrung waehrung devise moneda valuta divisa moeda wkz monnaie",
            "",
        ),
        Field::Terms => names(
            "paymentterms paymentterm termscode paymenttermscode paymenttermsid termsofpayment \
             termofpayment zahlungsbedingung zahlungsbedingungen zahlungskondition \
             conditionsdepaiement conditiondepaiement condicionesdepago condicionespago \
             condizionidipagamento terminidipagamento betalingsvoorwaarden betalingsconditie \
             betalingstermijn betalingsbetingelser netterms",
            "term zahlungsziel",
            "",
        ),
        Field::PoNumber => names(
            "pono ponum purchaseorder purchaseordernumber purchaseorderno purchaseorderid \
             customerpo customerponumber custpo custpono clientpo bestellnummer \
             ihrebestellnummer kundenbestellnummer bestelnummer numerodecommande \
             numerocommande bondecommande ordendecompra",
            "po yourreference yourref customerorderno customerordernumber custorderno \
             orderreference commande pedido bestellung",
            "ordernumber orderno order",
        ),
        Field::PaidOn => names(
            "paiddate datepaid dateofpayment paymentdate settleddate settlementdate settledon \
             datesettled cleareddate clearingdate cleardate zahlungsdatum zahldatum bezahltam \
             datepaiement datedepaiement datereglement fechapago fechadepago datapagamento \
             betaaldatum datumbetaling",
            "lastpaymentdate settled",
            "",
        ),
        Field::PaidAmount => names(
            "amountpaid paidamt amtpaid paymentamount totalpaid paidtodate amountpaidtodate \
             settledamount bezahlterbetrag gezahlterbetrag montantpaye montantregle \
             importepagado importopagato betaaldbedrag",
            "payments",
            "",
        ),
        Field::Disputed => names(
            "isdisputed indispute dispute disputeflag disputedflag disputestatus",
            "strittig reklamation enlitige litige endisputa contestato betwist",
            "",
        ),
        Field::IsProject => {
            names("isproject isjob projectflag jobflag", "estprojet istprojekt esproyecto", "")
        }
        Field::LineDescription => names(
            "itemdescription productdescription linedesc itemname productname lineitem \
             lineitemname lineitemdescription artikelbezeichnung artikelname positionstext",
            "description desc item product bezeichnung beschreibung designation libelle \
             descripcion descrizione omschrijving descricao artikel article buchungstext details",
            "",
        ),
        Field::LineQuantity => names(
            "qty lineqty itemquantity itemqty quantityinvoiced invoicedquantity invoicedqty \
             qtyinvoiced quantityshipped qtyshipped quantityordered",
            "quantity menge anzahl quantite cantidad quantita aantal quantidade antal units \
             stuck stueck",
            "",
        ),
        Field::LineUnitPrice => names(
            "unitprice priceperunit itemprice unitamount priceeach einzelpreis stuckpreis \
             stueckpreis prixunitaire preciounitario prezzounitario stukprijs eenheidsprijs \
             precounitario enhetspris",
            "price unitcost preis prix precio prezzo prijs preco",
            "",
        ),
        Field::Notes => names(
            "invoicenotes internalnotes privatenote customermemo",
            "note comment comments remark remarks memo bemerkung bemerkungen notiz notizen \
             kommentar anmerkung remarque remarques commentaire observaciones observacoes \
             opmerking opmerkingen message",
            "",
        ),
    }
}

/// Names that mean the customer in a file of customers only.
pub(super) const fn of_customers(field: Field) -> &'static str {
    match field {
        Field::CustomerNumber => {
            "number no nr num nummer numero id code key account acct konto compte cuenta conto ref"
        }
        Field::CustomerName => "customer client debtor debitor kunde cliente klant kurzbezeichnung",
        _ => "",
    }
}
