//! Drawings that are taken, and those that are not, each with the reason.

use super::*;

fn refused(svg: &str) -> Option<FileRefusal> {
    inspect_drawing(svg.as_bytes()).err()
}

/// Something in a drawing.
fn holding(inside: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         viewBox=\"0 0 9 9\">{inside}</svg>"
    )
}

/// An attribute of a shape in a drawing.
fn with(attribute: &str) -> String {
    holding(&format!("<rect width='9' height='9' {attribute}/>"))
}

#[test]
fn still_pictures_are_taken() {
    let logo = include_str!("../../services/demo/logo.svg");
    let inkscape = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<!-- Created with Inkscape -->\n\
        <svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"\n\
             xmlns:inkscape=\"http://www.inkscape.org/namespaces/inkscape\"\n\
             xmlns:sodipodi=\"http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd\"\n\
             xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"\n\
             xmlns:cc=\"http://creativecommons.org/ns#\"\n\
             sodipodi:docname=\"C:\\logos\\logo.svg\">\n\
        <sodipodi:namedview pagecolor=\"#ffffff\"/>\n\
        <metadata><rdf:RDF><cc:Work rdf:about=\"\"/></rdf:RDF></metadata>\n\
        <g inkscape:label=\"Layer 1\" style=\"display:inline;fill:url(#a)\"><path d=\"M0 0h9\"/></g>\n\
        <linearGradient id=\"a\"><stop offset=\"0\" stop-color=\"red\"/></linearGradient></svg>";
    for good in [
        logo.to_owned(),
        inkscape.to_owned(),
        format!("\u{feff}{logo}"),
        holding("<title>Halden &amp; Co.</title><text>&#72;alden</text>"),
        holding("<style>.a{fill:#1f5f5b}.b{fill:url(#g)}</style><rect class='a'/>"),
        holding("<style><![CDATA[ .a > .b { fill: red } ]]></style>"),
        holding("<image width='1' height='1' xlink:href='data:image/png;base64,iVBORw0KGgo='/>"),
        holding("<g id='a'><rect/></g><use href='#a'/><use xlink:href='#a' x='3'/>"),
        holding("<!-- onload=\"x\" and https://elsewhere.example are only words here -->"),
        with("clip-path=\"url('#c')\" aria-label=\"See https://halden.example\""),
    ] {
        assert_eq!(refused(&good), None, "{good}");
    }
    let bytes = format!("\u{feff}{logo}").into_bytes();
    assert_eq!(inspect_drawing(&bytes), Ok(logo), "it is kept without the mark before it");
}

#[test]
fn what_acts_is_refused() {
    for bad in [
        holding("<script>alert(1)</script>"),
        holding("<ScRiPt>alert(1)</ScRiPt>"),
        holding("<script href='data:text/javascript,alert(1)'/>"),
        "<svg:svg xmlns:svg='http://www.w3.org/2000/svg'><svg:script>x</svg:script></svg:svg>"
            .to_owned(),
        holding("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>"),
        holding("<x:p xmlns:x='http://www.w3.org/1999/xhtml'>x</x:p>"),
        holding("<iframe src='https://evil.example'/>"),
        holding("<set attributeName='href' to='javascript:alert(1)'/>"),
        holding("<animate attributeName='x' values='0;9' dur='1s'/>"),
        holding("<a href='https://evil.example'><rect/></a>"),
        holding("<a xlink:href='javascript:alert(1)'><rect/></a>"),
        holding("<handler type='x'/>"),
        holding("<style><g/></style>"),
        holding("<math xmlns='http://www.w3.org/1998/Math/MathML'/>"),
        with("onload='alert(1)'"),
        with("ONCLICK='alert(1)'"),
        with("style='fill:red' onmouseover='x()'"),
        with("fill='java&#x0A;script:alert(1)'"),
        holding("<use href='java&#9;script:alert(1)'/>"),
        with("xmlns:e='http://www.w3.org/2001/xml-events' e:onload='x'"),
    ] {
        assert_eq!(refused(&bad), Some(FileRefusal::Active), "{bad}");
    }
}

#[test]
fn what_fetches_is_refused() {
    let stylesheet = format!("<?xml-stylesheet href='https://evil.example/a.css'?>{}", holding(""));
    for bad in [
        holding("<image href='https://evil.example/a.png'/>"),
        holding("<image href='//evil.example/a.png'/>"),
        holding("<image href='/etc/passwd'/>"),
        holding("<image href='file:///etc/passwd'/>"),
        holding("<image href='data:image/svg+xml;base64,PHN2Zy8+'/>"),
        holding("<image xlink:href='data:text/html,x'/>"),
        holding("<use href='https://evil.example/a.svg#b'/>"),
        holding("<use xlink:href='other.svg#b'/>"),
        holding("<rect href='data:image/png;base64,iVBORw0KGgo='/>"),
        holding("<use href=''/>"),
        holding("<style>@import 'https://evil.example/a.css';</style>"),
        holding("<style>@im<![CDATA[port 'a.css']]>;</style>"),
        holding("<style>&#64;import 'a.css';</style>"),
        holding("<style>.a{fill:url(https://evil.example/a)}</style>"),
        holding("<style>.a{background:URL( \"//evil.example/a\" )}</style>"),
        holding("<style>.a{fill:u\\72l(#a)}</style>"),
        holding("<style>@font-face{font-family:x;src:local(x)}</style>"),
        with("style='background:url(https://evil.example/a)'"),
        with("style='background:image-set(\"a.png\" 1x)'"),
        with("fill='url(https://evil.example/a#b)'"),
        with("fill='url( &quot;other.svg#b&quot; )'"),
        with("fill='u\\72l(other.svg#b)'"),
        with("xml:base='https://evil.example/'"),
        stylesheet,
    ] {
        assert_eq!(refused(&bad), Some(FileRefusal::Reaches), "{bad}");
    }
}

#[test]
fn what_declares_is_refused() {
    let bomb = format!(
        "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]>{}",
        holding("<text>&b;</text>")
    );
    let outside = format!(
        "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>{}",
        holding("<text>&x;</text>")
    );
    let plain = format!("<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x.dtd'>{}", holding(""));
    for bad in [bomb, outside, plain, holding("<text>&nbsp;</text>"), with("class='&x;'")] {
        assert_eq!(refused(&bad), Some(FileRefusal::Declares), "{bad}");
    }
}

#[test]
fn what_is_no_drawing_is_refused() {
    for bad in [
        "hello",
        "<svg/>",
        "<g xmlns='http://www.w3.org/2000/svg'/>",
        "x <svg xmlns='http://www.w3.org/2000/svg'/>",
        "%PDF-1.7",
        "<svg xmlns='http://www.w3.org/2000/svg'/><svg xmlns='http://www.w3.org/2000/svg'/>",
        "<!-- nothing -->",
    ] {
        assert_eq!(refused(bad), Some(FileRefusal::NotWhatItSays), "{bad}");
    }
    assert_eq!(inspect_drawing(b"\x89PNG\r\n\x1a\n\xff"), Err(FileRefusal::NotWhatItSays));
    assert_eq!(inspect_drawing(b""), Err(FileRefusal::Empty));
    assert_eq!(refused("<html><body/></html>"), Some(FileRefusal::Active));
    let half = holding("<g>");
    let half = half.strip_suffix("</svg>").unwrap();
    for bad in [
        half,
        &holding("<rect width='1' width='2'/>"),
        &holding("</g>"),
        &format!("{} x", holding("")),
        &format!("<?xml version='1.0' encoding='utf-16'?>{}", holding("")),
    ] {
        assert_eq!(refused(bad), Some(FileRefusal::Broken), "{bad}");
    }
}

#[test]
fn what_grows_is_refused() {
    let most = usize::try_from(LOGO_BYTES_MAX).unwrap();
    let exact = with(&format!("class='{}'", "a".repeat(most - with("class=''").len())));
    assert_eq!((exact.len(), refused(&exact)), (most, None));
    assert_eq!(refused(&format!("{exact} ")), Some(FileRefusal::TooLarge));

    // Each layer draws the one before it ten times.
    let layer = |index: i32| {
        let copies = format!("<use href='#l{}'/>", index - 1).repeat(10);
        format!("<g id='l{index}'>{copies}</g>")
    };
    let laughs = |layers: i32| {
        let layers: String = (1..=layers).map(layer).collect();
        holding(&format!("<defs><g id='l0'><rect/></g>{layers}</defs><use href='#l1'/>"))
    };
    assert_eq!(refused(&laughs(2)), None);
    assert_eq!(refused(&laughs(9)), Some(FileRefusal::TooTight));
    let fills = |index: i32| {
        let fill = format!("<rect fill='url(#p{})'/>", index - 1).repeat(10);
        format!("<pattern id='p{index}'>{fill}</pattern>")
    };
    let fills: String = (1..9).map(fills).collect();
    assert_eq!(refused(&holding(&fills)), Some(FileRefusal::TooTight));
    let circle = holding("<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>");
    assert_eq!(refused(&circle), Some(FileRefusal::TooTight));
    let deep = holding(&format!("{}{}", "<g>".repeat(64), "</g>".repeat(64)));
    assert_eq!(refused(&deep), Some(FileRefusal::TooTight));
}
