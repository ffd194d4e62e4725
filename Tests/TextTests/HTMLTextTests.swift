import Testing

@testable import CoreText

@Suite struct HTMLTextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let html: String
        let want: String

        init(_ description: String, _ html: String, _ want: String) {
            (testDescription, self.html, self.want) = (description, html, want)
        }
    }

    @Test(
        "blocks, rows, items and breaks make lines",
        arguments: [
            Case("divs", "<div>a</div><div>b</div>", "a\nb"),
            Case("paragraphs stand apart", "<p>a<p>b</p>c", "a\n\nb\nc"),
            Case(
                "Word's paragraphs do not", "<p class=MsoNormal>a</p><p class=MsoNormal>b</p>",
                "a\nb"),
            Case(
                "no margin", "<p style='margin:0'>a</p><p style=\"margin: 0 0 0 0\">b</p>", "a\nb"),
            Case("breaks", "a<br>b<br/>c<BR />d</br>e", "a\nb\nc\nd\ne"),
            Case("an empty line", "<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
            Case("no more than one empty line", "a<br><br><br><br>b", "a\n\nb"),
            Case("inline markup joins", "<b>a</b>l<i>arm</i>", "alarm"),
            Case("white space folds", "<p>  a \n\t b  </p>\n\n", "a b"),
            Case("wide blanks are blanks", "a&nbsp;&ensp;&#8201;b&numsp;c", "a b c"),
            Case(
                "rows", "<table><tr><td>Host</td><td>db1</td></tr><tr><th>State<td>DOWN</table>",
                "Host db1\nState DOWN"),
            Case(
                "layout tables",
                "<table><tr><td><table><tr><td>Alarm</td></tr></table></td></tr>"
                    + "<tr><td>Room 3</td></tr></table>", "Alarm\nRoom 3"),
            Case(
                "rows whose cells hold blocks",
                "<table><tr><td><p>Total</p></td><td><p>5 EUR</p></td></tr>"
                    + "<tr><td></td><td><div>x</div></td></tr></table>", "Total 5 EUR\nx"),
            Case(
                "columns of several lines stay apart",
                "<table><tr><td><p>a</p><p>b</p></td><td><p>c</p></td></tr></table>", "a\n\nb\nc"),
            Case("items", "<ul><li>one<li>two</ul>", "- one\n- two"),
            Case(
                "numbers", "<ol start=3><li>a</li><li value=7>b</li><li>c</li></ol>",
                "3. a\n7. b\n8. c"),
            Case("lists in lists", "<ol><li>a<ul><li>x</ul><li>b</ol>", "1. a\n- x\n2. b"),
            Case("preformatted", "<pre>\nPID  CMD\n  1  init\n</pre>", "PID  CMD\n  1  init"),
            Case("textarea and raw markup", "<textarea><b>x</b></textarea>", "<b>x</b>"),
        ])
    func lines(_ c: Case) { #expect(HTMLText.plain(from: c.html) == c.want) }

    @Test(
        "what a reader does not see is gone",
        arguments: [
            Case(
                "scripts and styles",
                "<title>T</title><style>p{color:red}</style><script>var x='<p>no</p>';</script><p>yes",
                "yes"),
            Case("comments", "a<!-- x -->b<!-->c<!--->d<!-- -- --!>e", "abcde"),
            Case(
                "conditional comments",
                "<!--[if mso]><p>no</p><![endif]-->all <![if !mso]>others<![endif]>", "all others"),
            Case(
                "revealed conditional comments",
                "<!--[if !mso]><!-->yes<!--<![endif]--><!--[if mso]>no<![endif]-->", "yes"),
            Case("declarations", "<?xml version='1.0'?><!DOCTYPE html><p>x", "x"),
            Case("the attribute", "<p hidden>no</p><p>yes</p>", "yes"),
            Case(
                "display",
                "<div style='color:red; DISPLAY : none !important'>no<div>no</div>no</div>yes",
                "yes"),
            Case(
                "visibility, and a child that is visible",
                "<div style='visibility:hidden'>no<b style='visibility:visible'>yes</b>no</div>",
                "yes"),
            Case(
                "font size 0, and a child that has one",
                "<td style='font-size:0px'>no<div style='font-size:13px'>yes</div>no</td>", "yes"),
            Case("opacity", "<i style='opacity:0.0'>no</i><i style='opacity:0.5'>yes</i>", "yes"),
            Case("no height", "<div style='max-height:0px;overflow:hidden'>no</div>yes", "yes"),
            Case("no height, yet seen", "<div style='height:0'>yes</div>", "yes"),
            Case("Outlook's", "<span style='mso-hide:all'>no</span>yes", "yes"),
            Case(
                "by class",
                "<style>/* x */ .pre, td.h { display:none } @media x { .c { display:none } }</style>"
                    + "<p class='a pre'>no</p><p class=h>no</p><p class=c>yes</p>", "yes"),
            Case("by id", "<style>#x{visibility:hidden}</style><p id=x>no</p>yes", "yes"),
            Case(
                "a rule taken back",
                "<style>.m{display:none}.m{display:block}</style><p class=m>yes", "yes"),
            Case("a hidden cell ends with the next", "<tr><td style=display:none>no<td>yes", "yes"),
            Case("a hidden paragraph ends with the next", "<p hidden>no<p>yes", "yes"),
            Case("padding", "<p>Alarm&shy;&#847;&zwnj;&nbsp;&#8203;&zwnj;&nbsp;</p>x", "Alarm\nx"),
            Case("pictures, forms' controls", "<img alt=Logo src=x>a<input value=no>", "a"),
            Case("drawings", "<svg><title>no</title><text>no</text></svg>yes", "yes"),
        ])
    func hidden(_ c: Case) { #expect(HTMLText.plain(from: c.html) == c.want) }

    @Test(
        "broken HTML loses no text",
        arguments: [
            Case("less than", "temp < 5 and > 3, 2<3, a <- b", "temp < 5 and > 3, 2<3, a <- b"),
            Case("a comment never closed", "a<!-- x > b", "a b"),
            Case("a style never closed", "<style>x{} <body>yes", "yes"),
            Case("a title never closed", "<title>Alarm <p>yes", "yes"),
            Case("a quotation mark never closed", "<div class=\">yes</div>", "yes"),
            Case("a tag never closed", "alarm <b at 5", "alarm <b at 5"),
            Case("a tag cut by a tag", "<b<i>x</i>", "x"),
            Case("end tags without start", "</td></p></ul>x</b>", "x"),
            Case("hidden in a wrong order", "<b><p hidden>no</b></p>yes", "yes"),
            Case("controls and NUL", "a\u{0}b\u{1B}c\u{85}d", "abcd"),
            Case("line separators", "a\u{2028}b", "a\nb"),
            Case("an empty text", "", ""),
            Case("only markup", "<p><br></p>", ""),
            Case(
                "only pictures: their text", "<p><img alt='Motion at gate'><img src=x></p>",
                "Motion at gate"),
            Case("an attribute twice", "<p style='' style='display:none'>yes", "yes"),
            Case("an end tag inside a script", "<script>'</scripts>'</script >yes", "yes"),
        ])
    func broken(_ c: Case) { #expect(HTMLText.plain(from: c.html) == c.want) }

    @Test("Persian keeps its joiners and emoji theirs, Latin text has none")
    func joiners() {
        #expect(HTMLText.plain(from: "می&zwnj;شود") == "می\u{200C}شود")
        #expect(HTMLText.plain(from: "👩&zwj;🚒") == "👩\u{200D}🚒")
        #expect(HTMLText.plain(from: "foo&zwnj;bar") == "foobar")
    }

    @Test("links show their addresses as asked")
    func links() {
        let html = """
            <a href="https://e.example/?a=1&amp;b=2&copy=3">Click here</a>, \
            <a href="https://www.e.example/">e.example</a>, <a href="https://f.example/x">Report</a>, \
            <a href="mailto:a@b">mail</a>, <a href="https://g.example"></a>
            """
        #expect(HTMLText.plain(from: html) == "Click here, e.example, Report, mail,")
        #expect(
            HTMLText.plain(from: html, links: .needed)
                == "Click here <https://e.example/?a=1&b=2&copy=3>, e.example, Report, mail, "
                + "https://g.example")
        #expect(
            HTMLText.plain(from: html, links: .address)
                == "Click here <https://e.example/?a=1&b=2&copy=3>, e.example, "
                + "Report <https://f.example/x>, mail, https://g.example")
    }

    @Test("quotations are marked line by line")
    func quotations() {
        let gmail = HTMLText(
            "New<div class='gmail_quote gmail_quote_container'><div>On Tue A wrote:</div>"
                + "<blockquote>Old</blockquote></div>After")
        #expect(gmail.text == "New\nOn Tue A wrote:\n\nOld\nAfter")
        #expect(gmail.quotations == [.none, .certain, .certain, .certain, .none])
        let outlook = HTMLText("New<div id=appendonsend></div><hr><div>From: A</div>Old")
        #expect(outlook.quotations == [.none, .certain, .certain])
        let cited = HTMLText(
            "<blockquote>said</blockquote><blockquote type='CITE'>old</blockquote>")
        #expect(cited.quotations == [.perhaps, .none, .certain])
    }

    @Test(
        "hostile HTML takes linear time and bounded memory",
        arguments: [
            "<b>x", "<div>", "<table><tr><td>", "<!--", "<a href=\"", "<a href='", "<style>",
            "<script></head>", "<title>", "<", "</", "<p hidden>", "&", "&#1", "&ampamp",
            "<ul><li>",
            "<div style='", "<b a a a a ", "<textarea>", "<x/", "\u{200D}",
            "<blockquote type=cite>",
            "</td>", "<style>.a{display:none}</style><p class=a>", "<!", "<?",
        ])
    func hostile(_ unit: String) {
        let html = String(repeating: unit, count: 80_000 / unit.utf8.count)
        let read = HTMLText(html + " tail")
        #expect(read.text.utf8.count <= 65_536 + 64)
        #expect(
            read.quotations.count
                == (read.text.isEmpty
                    ? 0
                    : read.text.split(
                        separator: "\n", omittingEmptySubsequences: false
                    ).count))
    }

    @Test(
        "long addresses of links inside each other take bounded time",
        arguments: [HTMLText.Links.needed, .address])
    func hostileLinks(_ links: HTMLText.Links) {
        let address = "http://" + String(repeating: "a", count: 1_990) + "b"
        let open = String(repeating: "<a href='\(address)'>a", count: 220)
        let text = String(repeating: "a", count: 50_000)
        let html = HTMLText(
            open + text + String(repeating: "</a>", count: 220), links: links, limit: 65_536)
        #expect(html.text.hasPrefix(text))
    }
}
