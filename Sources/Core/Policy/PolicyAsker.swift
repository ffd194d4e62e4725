/// Whom the operator wants to be asked about each message: `[policy] ask`.
///
/// In: a question in the terms of the policy delegation protocol. Out: advice; not getting any is
/// advice too, `unclear`, and the configuration says what that means. It is asked again for each try
/// of the MTA.
package protocol PolicyAsker: Sendable {
    func ask(_ question: PolicyRequest) async -> PolicyAdvice
}
