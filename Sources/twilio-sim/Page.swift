/// The page at `/`: each phone with the messages it got, refreshed while one looks.
///
/// Everything comes from this program, and the policy lets the browser load nothing else, nor run a
/// script that is in the page. Texts reach the document as text, never as HTML.
enum Page {
    /// The page or one of its parts; nil for every other path.
    static func response(for path: String) -> HTTPResponse? {
        let (type, text): (String, String)
        switch path {
        case "/": (type, text) = ("text/html; charset=utf-8", html)
        case "/page.css": (type, text) = ("text/css; charset=utf-8", PageStyle.text)
        case "/page.js": (type, text) = ("text/javascript; charset=utf-8", PageScript.text)
        case "/icon.svg": (type, text) = ("image/svg+xml", icon)
        default: return nil
        }
        var response = HTTPResponse(status: 200, type: type, body: Array(text.utf8))
        response.headers += [
            ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-cache"),
        ]
        return response
    }

    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>twilio-sim: phones</title>
        <link rel="icon" href="/icon.svg">
        <link rel="stylesheet" href="/page.css">
        <script src="/page.js" defer></script>
        </head>
        <body>
        <header>
        <img src="/icon.svg" alt="" width="36" height="36">
        <div class="title">
        <h1>twilio-sim</h1>
        <p>What the phones received. Nothing left this machine.</p>
        </div>
        <dl>
        <div><dt>messages</dt><dd id="message-count">0</dd></div>
        <div><dt>segments</dt><dd id="segment-count">0</dd></div>
        <div><dt>phones</dt><dd id="phone-count">0</dd></div>
        </dl>
        <p id="connection" role="status" data-state="waiting">connecting</p>
        </header>
        <p id="faults" hidden></p>
        <main id="phones" aria-live="polite"></main>
        <section id="empty" hidden>
        <h2>No messages yet</h2>
        <p>Point <code>TWILIO_BASE_URL</code> of smsmda, or any client of Twilio, to <code
        id="address"></code> and send something. It appears here by itself.</p>
        </section>
        <noscript><p>This page needs JavaScript. The same is at <a
        href="/_sim/messages">/_sim/messages</a> as JSON.</p></noscript>
        </body>
        </html>

        """

    private static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" \
        rx="8" fill="#3557d6"/><path d="M8 9h16a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-9l-5 4v-4H8a2 2 0 0 \
        1-2-2v-8a2 2 0 0 1 2-2z" fill="#fff"/><circle cx="11.500" cy="15" r="1.500" \
        fill="#3557d6"/><circle cx="16" cy="15" r="1.500" fill="#3557d6"/><circle cx="20.500" \
        cy="15" r="1.500" fill="#3557d6"/></svg>
        """
}
