/// The script of the page at `/`: asks for the messages again and again, and shows what changed.
enum PageScript {
    static let text = #"""
        "use strict";

        const period = 700;       // milliseconds between two looks
        const shown = 500;        // messages: the newest
        const phoneLimit = 60;    // cards: the most recently used

        const kinds = {
          delivered: "good", sent: "good", queued: "busy", accepted: "busy", sending: "busy",
          scheduled: "still", canceled: "still", failed: "bad", undelivered: "bad",
        };
        const cards = new Map();  // number -> {card, list, count, items: sid -> item}
        const byId = id => document.getElementById(id);

        function element(name, className, text) {
          const made = document.createElement(name);
          if (className) made.className = className;
          if (text !== undefined) made.textContent = text;  // never as HTML
          return made;
        }

        function setText(node, text) {
          if (node.textContent !== text) node.textContent = text;
        }

        function plural(count, word) {
          return count + " " + word + (count === 1 ? "" : "s");
        }

        function makeCard(number) {
          const card = element("article", "phone");
          card.dataset.number = number;
          const screen = element("div", "screen");
          const title = element("h2", "", number);
          const count = element("span");
          title.append(count);
          const list = element("ol");
          list.tabIndex = 0;
          list.setAttribute("aria-label", "Messages to " + number);
          screen.append(title, list);
          card.append(screen);
          return {card, list, count, items: new Map()};
        }

        function makeItem(message) {
          const row = element("li", "new");
          row.dataset.sid = message.sid;
          const meta = element("div", "meta");
          const time = new Date(message.created_ms);
          const when = element("time", "", time.toLocaleTimeString());
          when.dateTime = time.toISOString();
          const from = element("b");
          meta.append(from, " · ", when);
          const bubble = element("div", "bubble", message.body);
          bubble.dir = "auto";
          const media = message.media.map(url => element("div", "medium", "attached: " + url));
          const facts = element("div", "facts");
          const status = element("span", "status");
          const note = element("span", "note");
          facts.append(status, element("span", "segments", plural(message.segments, "segment")), note);
          row.append(meta, bubble, ...media, facts, element("span", "sid", message.sid));
          return {row, from, status, note};
        }

        function fillItem(item, message) {
          const kind = kinds[message.status] || "still";
          setText(item.from, message.from || "");
          setText(item.status, message.status);
          if (item.status.dataset.kind !== kind) item.status.dataset.kind = kind;
          const notes = [];
          if (message.error_code) notes.push("error " + message.error_code);
          if (message.deleted) notes.push("deleted at the provider");
          setText(item.note, notes.join(", "));
          const missed = ["failed", "undelivered", "canceled"].includes(message.status);
          item.row.classList.toggle("not-received", missed);
        }

        function showPhone(number, messages) {
          let phone = cards.get(number);
          if (!phone) cards.set(number, phone = makeCard(number));
          const {list, items} = phone;
          const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
          const present = new Set(messages.map(message => message.sid));
          for (const [sid, item] of items) {
            if (!present.has(sid)) { item.row.remove(); items.delete(sid); }
          }
          let grown = false;
          for (const message of messages) {
            let item = items.get(message.sid);
            if (!item) {
              items.set(message.sid, item = makeItem(message));
              list.append(item.row);
              grown = true;
            }
            fillItem(item, message);
          }
          setText(phone.count, plural(messages.length, "message"));
          return grown && atEnd ? list : null;
        }

        function show(state) {
          const byNumber = new Map();
          let segments = 0;
          for (const message of state.messages) {
            const before = byNumber.get(message.to) || [];
            byNumber.delete(message.to);  // so that the latest used stands last
            byNumber.set(message.to, before.concat([message]));
            segments += message.segments;
          }
          const numbers = [...byNumber.keys()].reverse().slice(0, phoneLimit);
          for (const [number, phone] of cards) {
            if (!numbers.includes(number)) { phone.card.remove(); cards.delete(number); }
          }
          const toEnd = numbers.map(number => showPhone(number, byNumber.get(number)));
          numbers.forEach((number, place) => {
            const card = cards.get(number).card;
            const there = byId("phones").children[place];
            if (there !== card) byId("phones").insertBefore(card, there || null);
          });
          for (const list of toEnd) if (list) list.scrollTop = list.scrollHeight;
          const more = state.total > state.messages.length;
          setText(byId("message-count"), String(state.total));
          setText(byId("segment-count"), segments + (more ? "+" : ""));
          setText(byId("phone-count"), byNumber.size + (more ? "+" : ""));
          byId("empty").hidden = state.total > 0;
        }

        function showFaults(faults) {
          const words = faults.map(fault => fault.kind + (fault.method ? " on " + fault.method : "")
            + (fault.count ? ", " + plural(fault.count, "time") + " more"
               : " for " + Number((fault.rate * 100).toPrecision(3)) + " % of requests"));
          setText(byId("faults"), "Faults in force: " + words.join("; "));
          byId("faults").hidden = faults.length === 0;
        }

        function showConnection(state, text) {
          byId("connection").dataset.state = state;
          setText(byId("connection"), text);
        }

        async function get(path) {
          const response = await fetch(path, {cache: "no-store"});
          if (!response.ok) throw new Error(path + ": HTTP " + response.status);
          return response.json();
        }

        async function look() {
          try {
            show(await get("/_sim/messages?last=" + shown));
            showFaults((await get("/_sim/faults")).faults);
            showConnection("live", "live");
          } catch (error) {
            showConnection("lost", "twilio-sim does not answer");
          }
          setTimeout(look, period);
        }

        byId("address").textContent = location.origin;
        look();

        """#
}
