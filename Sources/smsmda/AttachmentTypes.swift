internal import CoreMail
internal import CoreText

/// Asks libmagic what attachments are, and opens it only when there is one.
///
/// Without libmagic the types that senders declare must do; that is said once on standard error.
final class AttachmentTypes {
    private enum State {
        case unopened, missing
        case open(FileTypes)
    }

    private var state = State.unopened

    func list(_ message: Message, besides text: BodyText) -> [Attachment] {
        var list = AttachmentList(of: message, besides: text)
        guard !list.attachments.isEmpty else { return [] }
        if case .unopened = state { open() }
        if case .open(let types) = state { list.identify(in: message, with: types) }
        return list.attachments
    }

    private func open() {
        do throws(FileTypes.Unavailable) {
            state = .open(try FileTypes())
        } catch {
            MailFile.complain("\(error)")
            state = .missing
        }
    }
}

extension Attachment {
    /// One line for the operator: `2 snapshot.jpg, 212 KB, image/jpeg`, and what it really is if not that.
    var line: String {
        let isAsDeclared = foundType == nil || foundType == declaredType
        let named = name == nil ? "" : ", \(declaredType)"
        return "\(section) \(label)\(named)" + (isAsDeclared ? "" : ", really \(foundType ?? "")")
    }
}
