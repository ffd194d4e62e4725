/// The style sheet of the page at `/`.
enum PageStyle {
    static let text = """
        :root {
          color-scheme: light dark;
          --ground: #eef1f6; --card: #ffffff; --frame: #1d2433; --screen: #f6f8fc;
          --ink: #1a2130; --soft: #5c677d; --line: #dde3ee; --accent: #3557d6;
          --bubble: #ffffff; --good: #14713d; --good-ground: #dcf3e4;
          --busy: #6b4a00; --busy-ground: #fdf0cf; --bad: #a01c1c; --bad-ground: #fde2e0;
          --still: #47536b; --still-ground: #e4e9f2;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #12161f; --card: #1b212d; --frame: #05070b; --screen: #171d28;
            --ink: #e8ecf4; --soft: #98a3b8; --line: #2c3545; --accent: #8fa6ff;
            --bubble: #242c3b; --good: #86e0a9; --good-ground: #153524;
            --busy: #f3cf7a; --busy-ground: #3a2f12; --bad: #ff9d96; --bad-ground: #43191a;
            --still: #b7c2d8; --still-ground: #2a3344;
          }
        }
        * { box-sizing: border-box; margin: 0; }
        [hidden] { display: none !important; }
        body {
          background: var(--ground); color: var(--ink); min-height: 100vh;
          font: 15px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
        }
        code, .sid { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
        header {
          position: sticky; top: 0; z-index: 1; display: flex; align-items: center; gap: 14px;
          flex-wrap: wrap; padding: 12px 28px; background: var(--card);
          border-bottom: 1px solid var(--line);
        }
        header img { display: block; }
        .title { flex: 1 1 220px; }
        h1 { font-size: 19px; line-height: 1.2; }
        .title p { color: var(--soft); font-size: 13px; }
        dl { display: flex; gap: 26px; }
        dl div { display: flex; flex-direction: column-reverse; text-align: right; }
        dt { color: var(--soft); font-size: 12px; }
        dd { font-size: 19px; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
        #connection {
          display: flex; align-items: center; gap: 7px; padding: 4px 12px; border-radius: 99px;
          font-size: 13px; background: var(--still-ground); color: var(--still);
        }
        #connection::before {
          content: ""; width: 8px; height: 8px; border-radius: 50%; background: currentColor;
        }
        #connection[data-state=live] { background: var(--good-ground); color: var(--good); }
        #connection[data-state=lost] { background: var(--bad-ground); color: var(--bad); }
        #faults {
          padding: 8px 28px; background: var(--busy-ground); color: var(--busy); font-size: 13px;
          border-bottom: 1px solid var(--line);
        }
        #phones {
          display: grid; gap: 28px; padding: 28px; align-items: start;
          grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); max-width: 1720px;
          margin: 0 auto;
        }
        .phone {
          display: flex; flex-direction: column; height: 500px; padding: 10px; border-radius: 38px;
          background: var(--frame); box-shadow: 0 12px 30px rgb(15 25 50 / 18%);
          max-width: 400px; width: 100%; justify-self: center;
        }
        .screen {
          display: flex; flex-direction: column; flex: 1; min-height: 0; overflow: hidden;
          border-radius: 29px; background: var(--screen);
        }
        .phone h2 {
          padding: 20px 18px 12px; font-size: 16px; text-align: center; background: var(--card);
          border-bottom: 1px solid var(--line); position: relative;
          font-variant-numeric: tabular-nums;
        }
        .phone h2::before {
          content: ""; position: absolute; top: 7px; left: 50%; width: 64px; height: 6px;
          margin-left: -32px; border-radius: 6px; background: var(--frame); opacity: .85;
        }
        .phone h2 span { display: block; color: var(--soft); font-size: 12px; font-weight: 400; }
        .phone ol {
          flex: 1; min-height: 0; overflow-y: auto; list-style: none; padding: 16px 14px 18px;
          scrollbar-width: thin;
        }
        .phone li + li { margin-top: 16px; }
        .meta { color: var(--soft); font-size: 12px; padding: 0 4px 4px; }
        .meta b { color: var(--ink); font-weight: 600; }
        .bubble {
          padding: 9px 13px; border-radius: 5px 18px 18px 18px; background: var(--bubble);
          border: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere;
        }
        .medium { font-size: 12px; color: var(--soft); overflow-wrap: anywhere; padding: 4px 4px 0; }
        li.not-received .bubble {
          background: transparent; border: 1px dashed var(--bad); color: var(--soft);
        }
        .facts { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; padding: 6px 2px 0; }
        .facts span { font-size: 12px; color: var(--soft); }
        .facts .status {
          padding: 1px 9px; border-radius: 99px; font-weight: 600; color: var(--still);
          background: var(--still-ground);
        }
        .status[data-kind=good] { color: var(--good); background: var(--good-ground); }
        .status[data-kind=busy] { color: var(--busy); background: var(--busy-ground); }
        .status[data-kind=bad] { color: var(--bad); background: var(--bad-ground); }
        .sid {
          display: block; padding: 3px 2px 0; font-size: 10.5px; color: var(--soft);
          user-select: all; overflow-wrap: anywhere;
        }
        #empty { max-width: 560px; margin: 12vh auto 0; padding: 0 28px; text-align: center; }
        #empty h2 { margin-bottom: 8px; }
        #empty p { color: var(--soft); }
        #empty code { color: var(--accent); font-size: 14px; }
        noscript p { padding: 28px; text-align: center; }
        @media (prefers-reduced-motion: no-preference) {
          li.new { animation: arrive .45s ease-out; }
          @keyframes arrive { from { opacity: 0; transform: translateY(14px) scale(.97); } }
        }

        """
}
