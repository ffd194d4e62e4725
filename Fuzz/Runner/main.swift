// fuzz TARGET [libFuzzer's arguments]: runs one of `FuzzTarget.all` under libFuzzer.
//
// Built by Fuzz/run, and only when FUZZ=1 is in the environment: it needs libFuzzer's runtime.

internal import CFuzzer
internal import FuzzHarness
internal import Glibc

/// The target, for libFuzzer's callback, which has no context. Set once, before the first call.
nonisolated(unsafe) var chosen: FuzzTarget?

let name = CommandLine.arguments.dropFirst().first ?? ""
guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    print("usage: fuzz TARGET [libFuzzer's arguments]; targets:")
    for target in FuzzTarget.all { print("  \(target.name)") }
    exit(64)
}
unsafe chosen = target

// libFuzzer sees its own arguments: the program's name stands where the target stood.
var count = CommandLine.argc - 1
unsafe CommandLine.unsafeArgv[1] = CommandLine.unsafeArgv[0]
var values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv + 1
exit(
    unsafe LLVMFuzzerRunDriver(&count, &values) { start, size in
        unsafe chosen?.run(Array(UnsafeBufferPointer(start: start, count: size)))
        return 0
    })
