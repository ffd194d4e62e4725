import CoreTwilio
import Foundation
import Testing

@Suite struct ProviderCodeTests {
    @Test("rows rise by code, so that the search finds each")
    func tableIsSorted() {
        for (row, next) in zip(ProviderCode.table, ProviderCode.table.dropFirst()) {
            #expect(row.code < next.code)
        }
        for row in ProviderCode.table { #expect(ProviderCode(row.code) == row) }
        #expect(ProviderCode(1) == nil)
        #expect(ProviderCode(99_999_999) == nil)
    }

    @Test("advice is short enough for one reply line, and says something")
    func advice() {
        for row in ProviderCode.table {
            #expect((5...90).contains(row.advice.utf8.count), "\(row.code)")
        }
    }

    struct Case: Sendable {
        let httpStatus: Int
        let body: String
        let want: ProviderCode.Verdict
        let code: Int?
    }

    @Test(
        "every shape of an error body is read",
        arguments: [
            Case(
                httpStatus: 400,
                body: #"{"code":21614,"message":"m","more_info":"u","status":400}"#,
                want: .unreachable, code: 21614),
            Case(
                httpStatus: 404, body: #"{"status":404,"message":"not found"}"#,
                want: .configuration, code: nil),
            Case(
                httpStatus: 401,
                body: #"{"code":20003,"detail":"","message":"Authenticate","status":401}"#,
                want: .credentials, code: 20003),
            Case(
                httpStatus: 400, body: #"{"type":"u","title":"Bad","status":400,"code":20001}"#,
                want: .configuration, code: 20001),
            Case(
                httpStatus: 400, body: #"{"code":"21610","message":"m"}"#, want: .optedOut,
                code: 21610),
            Case(
                httpStatus: 400, body: #"{"code":21999,"message":"new"}"#, want: .unknown,
                code: 21999),
            Case(httpStatus: 429, body: "", want: .busy, code: nil),
            Case(httpStatus: 407, body: "<html>", want: .credentials, code: nil),
            Case(httpStatus: 403, body: "<html>blocked", want: .credentials, code: nil),
            Case(httpStatus: 400, body: "<html>nginx", want: .configuration, code: nil),
            Case(httpStatus: 413, body: "", want: .tooLarge, code: nil),
            Case(httpStatus: 418, body: #"{"message":"teapot"}"#, want: .unknown, code: nil),
            Case(
                httpStatus: 400, body: #"{"code":null,"message":7}"#, want: .configuration,
                code: nil),
            Case(httpStatus: 400, body: "[1,2]", want: .configuration, code: nil),
        ])
    func errorShapes(_ c: Case) {
        let error = ProviderError(
            reading: HTTPResponse(status: c.httpStatus, body: Array(c.body.utf8)))
        #expect(error.verdict == c.want)
        #expect(error.code == c.code)
        #expect(!error.message.isEmpty)
        #expect(!error.advice.isEmpty)
    }

    /// The classification that others made of the same codes: `../shared/twilio`.
    @Test("agrees with an independent classification")
    func independentClassification() throws {
        let path = "../shared/twilio/messaging-errors.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            print("skipped: \(path) is not there")
            return
        }
        struct List: Decodable {
            struct Entry: Decodable {
                let code: Int
                let `class`: String
                let lmtpReply: String
            }
            let errors: [Entry]
        }
        let entries = try JSONDecoder().decode(List.self, from: data).errors
        #expect(entries.count > 100)
        // What the operator can mend waits here, although the list would bounce it.
        let mendable: Set<String> = ["config", "account"]
        for entry in entries where entry.class != "state" {
            guard let row = ProviderCode(entry.code) else {
                Issue.record("no row for \(entry.code)")
                continue
            }
            let theirs = entry.lmtpReply.hasPrefix("4")
            if theirs != row.verdict.isTransient {
                #expect(mendable.contains(entry.class), "\(entry.code)")
                #expect(row.verdict.isTransient, "\(entry.code)")
            }
        }
    }
}

extension ProviderCode.Verdict {
    fileprivate var isTransient: Bool {
        switch self {
        case .credentials, .account, .configuration, .busy, .failed, .blockedForNow, .uncertain:
            true
        case .notAPhoneNumber, .unreachable, .noRoute, .optedOut, .notPermitted, .filtered,
            .contentRefused, .tooLarge, .expired, .unknown:
            false
        }
    }
}
