import FoundationEssentials

/// The checks on the parameters that a message can do without.
struct MessageOptions {
    let form: Form
    let now: Timestamp

    private static let validityPeriod = 1...36_000
    private static let callbackLimit = 4000
    /// How far ahead a message may be scheduled: 15 minutes to 35 days.
    private static let scheduleMinimum: Duration = .seconds(900)
    private static let scheduleMaximum: Duration = .seconds(3_024_000)

    func check() throws(ProviderError) {
        if let text = form.text("ValidityPeriod") {
            guard let seconds = Int(text), Self.validityPeriod.contains(seconds) else {
                throw .badValue(21624, "ValidityPeriod", "whole seconds, 1 to 36000")
            }
        }
        if let callback = form.text("StatusCallback") {
            let address = WebAddress(parsing: callback)
            guard let address, !address.host.contains("_"),
                callback.utf8.count <= Self.callbackLimit
            else {
                throw .badValue(
                    21609, "StatusCallback", "\(callback) is not a valid http or https URL")
            }
        }
        try check("MaxPrice", 21627, "a decimal number") { Double($0) != nil }
        try check("RiskCheck", 20422, "enable or disable") { ["enable", "disable"].contains($0) }
        try check("TrafficType", 20422, "free") { $0 == "free" }
        try check("ContentRetention", 30029, "retain or discard") {
            ["retain", "discard"].contains($0)
        }
        try check("AddressRetention", 30030, "retain or obfuscate") {
            ["retain", "obfuscate"].contains($0)
        }
        for flag in [
            "ProvideFeedback", "ForceDelivery", "SmartEncoded", "ShortenUrls", "SendAsMms",
        ] {
            try check(flag, 20422, "true or false") {
                ["true", "false"].contains($0.lowercased())
            }
        }
        try check("Attempt", 20422, "a whole number, at least 1") {
            Int($0).map { $0 > 0 } ?? false
        }
        try check("ContentSid", 21655, "HX and 32 hexadecimal digits") {
            SID.isWellFormed($0, "HX")
        }
        try checkContentVariables()
    }

    /// When the message is to leave; nil for now.
    func scheduledTime(hasService: Bool) throws(ProviderError) -> Timestamp? {
        guard let type = form.text("ScheduleType") else { return nil }
        guard type == "fixed" else { throw .badValue(20422, "ScheduleType", "fixed") }
        guard let text = form.text("SendAt") else {
            throw .badValue(35111, "SendAt", "it is required with ScheduleType")
        }
        guard hasService else {
            throw .badValue(35118, "MessagingServiceSid", "it is required to schedule a message")
        }
        guard let time = DateSpan(parsing: text)?.start, now + Self.scheduleMinimum <= time,
            time <= now + Self.scheduleMaximum
        else {
            throw .badValue(35114, "SendAt", "15 minutes to 35 days from now, as ISO 8601")
        }
        return time
    }

    private func checkContentVariables() throws(ProviderError) {
        guard let text = form.text("ContentVariables") else { return }
        guard form.text("ContentSid") != nil else {
            throw .badValue(21654, "ContentSid", "it is required with ContentVariables")
        }
        do {
            _ = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        } catch {
            throw .badValue(21656, "ContentVariables", "a JSON object of strings")
        }
    }

    private func check(
        _ name: String, _ code: Int, _ rule: String, _ isValid: (String) -> Bool
    ) throws(ProviderError) {
        if let value = form.text(name), !isValid(value) {
            throw .badValue(code, name, "it takes \(rule)")
        }
    }
}

/// An http or https URL, taken apart as far as the checks need it.
struct WebAddress {
    let host: String

    init?(parsing text: String) {
        guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
        for scheme in ["http://", "https://"] where text.lowercased().hasPrefix(scheme) {
            let authority = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
            let server = authority.split(separator: "@").last ?? ""
            let host = server.first == "[" ? server : server.prefix { $0 != ":" }
            guard !host.isEmpty else { return nil }
            self.host = String(host)
            return
        }
        return nil
    }
}

/// What a media URL is taken for: by the end of its name, because nothing is fetched.
enum MediaKind {
    static func type(of url: String) -> String {
        let path = url.prefix { !"?#".contains($0) }.lowercased()
        return types.first { path.hasSuffix($0.suffix) }?.type ?? "application/octet-stream"
    }

    private static let types: [(suffix: String, type: String)] = [
        (".jpg", "image/jpeg"), (".jpeg", "image/jpeg"), (".png", "image/png"),
        (".gif", "image/gif"), (".pdf", "application/pdf"), (".txt", "text/plain"),
        (".vcf", "text/vcard"), (".ics", "text/calendar"), (".mp4", "video/mp4"),
        (".mp3", "audio/mpeg"),
    ]
}
