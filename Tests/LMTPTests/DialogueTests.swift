import Testing

@testable import CoreLMTP

/// Every file in Dialogues, played against the pure session.
@Suite struct DialogueTests {
    @Test("the files are there") func found() throws { #expect(try Dialogue.names().count >= 20) }

    @Test("what is heard is what is written down", arguments: try Dialogue.names())
    func plays(_ name: String) throws {
        let dialogue = try Dialogue(named: name)
        let player = Player(limits: dialogue.limits)
        var heard: [String] = []
        for (line, step) in dialogue.steps {
            switch step {
            case .send(let bytes):
                #expect(heard.isEmpty, "\(name):\(line): not expected: \(heard)")
                player.send(bytes)
                heard = player.isClosed ? heard : []
                heard += player.heard()
            case .expect(let wants, let isWhole):
                if heard.isEmpty { heard = player.heard() }
                let got = try #require(heard.first, "\(name):\(line): nothing was said")
                heard.removeFirst()
                #expect(
                    wants.contains { isWhole ? got == $0 : got.hasPrefix($0) },
                    "\(name):\(line): got \(got)")
                #expect(got.utf8.count + 2 <= Reply.longest)
            case .closed: #expect(player.isClosed, "\(name):\(line): still open")
            }
        }
        #expect(heard.isEmpty, "\(name): not expected: \(heard)")
    }

    @Test(
        "it does not matter how the bytes are cut", arguments: try Dialogue.names(), [1, 7, .max])
    func cut(_ name: String, into size: Int) throws {
        let dialogue = try Dialogue(named: name)
        let whole = Player(limits: dialogue.limits)
        let pieces = Player(limits: dialogue.limits)
        var all: [UInt8] = []
        for case (_, .send(let bytes)) in dialogue.steps {
            whole.send(bytes)
            all += bytes
        }
        var rest = all[...]
        while !rest.isEmpty {
            pieces.send(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        #expect(pieces.heard() == whole.heard())
        #expect(pieces.delivered == whole.delivered)
    }
}
