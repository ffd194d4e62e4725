import CoreSystem
import Testing

@Suite struct CoreDumpTests {
    @Test("a process that forbids dumps of itself can no longer be dumped")
    func forbid() async {
        await #expect(processExitsWith: .success) {
            precondition(CoreDump.isAllowed, "not allowed before")
            CoreDump.forbid()
            precondition(!CoreDump.isAllowed, "still allowed")
        }
    }
}
