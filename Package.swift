// swift-tools-version: 6.2
// smsmda: the SMS mail delivery agent. DESIGN in docs/, one message's way in docs/flow.md.
import PackageDescription

/// The settings of every Swift target: strict, and no warning is let through.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Each shared library costs every run of `sms-deliver`: libstdc++ and libgcc are linked in where
/// `make build` has put the former, and no symbol of a program is looked up from outside.
let leanLoading = [
    "-L", "\(Context.packageDirectory)/.build/static-libraries",
    "-Xclang-linker", "-static-libgcc", "-Xlinker", "--no-export-dynamic",
]

/// A stage of the path. Its folder is `Sources/Core/<name>`, its module `Core<name>`, so that the
/// compiler keeps the dependencies pointing one way.
func core(
    _ name: String, uses dependencies: [Target.Dependency] = [], linker: [LinkerSetting] = []
) -> Target {
    .target(
        name: "Core\(name)", dependencies: dependencies, path: "Sources/Core/\(name)",
        swiftSettings: strict, linkerSettings: linker)
}

func program(_ name: String, uses dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, swiftSettings: strict,
        linkerSettings: [.unsafeFlags(leanLoading, .when(configuration: .release))])
}

func tests(
    of name: String, uses dependencies: [Target.Dependency], data: [String] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["TestSupport"],
        path: "Tests/\(name)Tests", exclude: data, swiftSettings: strict)
}

let package = Package(
    name: "smsmda",
    products: [
        .executable(name: "sms-deliver", targets: ["sms-deliver"]),
        .executable(name: "lmtpd", targets: ["lmtpd"]),
        .executable(name: "smsmda", targets: ["smsmda"]),
        .executable(name: "twilio-sim", targets: ["twilio-sim"]),
        // Loaded with dlopen only for a number that the table of plain cases cannot decide:
        // libphonenumber costs 9 ms of CPU, more than the rest of a run of sms-deliver.
        .library(name: "smsmda-phonenumber", type: .dynamic, targets: ["CPhoneNumber"]),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CMagic", providers: [.apt(["libmagic-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CMicroHTTPD", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(
            name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(
            name: "CPhoneNumber",
            linkerSettings: [
                // No Swift in it, so no Swift runtime: otherwise the driver links libswiftCore,
                // which a mail host that got statically linked programs does not have.
                .unsafeFlags(["-nostartfiles", "-static-stdlib"]),
                .linkedLibrary("phonenumber"), .linkedLibrary("stdc++"),
            ]),
        .target(name: "CToml", linkerSettings: [.linkedLibrary("stdc++")]),

        .target(name: "CArguments"),

        core("System", uses: ["CLinux", "CCrypto"]),
        core("Mail", uses: ["CoreSystem", "CLinux"]),
        core("Text", uses: ["CoreMail", "CoreSystem"]),
        core("SMS", uses: ["CoreText", "CoreSystem"]),
        core("Address", uses: ["CoreSystem", "CLinux"]),
        core("Twilio", uses: ["CoreSystem", "CoreAddress", "CCurl", "CLinux"]),
        core("Journal", uses: ["CoreSystem", "CoreAddress", "CSQLite", "CLinux"]),
        core("Policy", uses: ["CoreSystem", "CoreAddress", "CoreJournal"]),
        core("LMTP", uses: ["CoreSystem"]),
        core(
            "Config",
            uses: [
                "CToml", "CoreSystem", "CoreAddress", "CoreSMS", "CoreText", "CoreTwilio",
                "CorePolicy", "CLinux",
            ]),
        core(
            "Delivery",
            uses: [
                "CoreSystem", "CoreMail", "CoreText", "CoreSMS", "CoreAddress", "CorePolicy",
                "CoreTwilio", "CoreJournal", "CoreLMTP", "CoreConfig",
            ]),

        program(
            "sms-deliver",
            uses: [
                "CoreDelivery", "CoreConfig", "CoreTwilio", "CoreJournal", "CoreSystem", "CLinux",
                "CArguments",
            ]),
        program(
            "lmtpd",
            uses: [
                "CoreDelivery", "CoreConfig", "CoreLMTP", "CoreTwilio", "CoreJournal", "CoreMail",
                "CorePolicy", "CoreSystem", "CLinux", "CCurl", "COpenSSL",
            ]),
        program(
            "smsmda",
            uses: [
                "CoreDelivery", "CoreConfig", "CoreMail", "CoreText", "CoreSMS", "CoreAddress",
                "CoreTwilio", "CoreJournal", "CoreSystem", "CLinux", "CMagic",
            ]),
        program(
            "twilio-sim",
            uses: ["CoreSystem", "CoreSMS", "CMicroHTTPD", "CCurl", "COpenSSL", "CLinux"]),

        // What is fuzzed; the plain tests replay its inputs. The fuzzer itself is at the end.
        .target(
            name: "FuzzHarness",
            dependencies: [
                "CoreMail", "CoreText", "CoreSMS", "CoreAddress", "CoreConfig", "CorePolicy",
                "CoreLMTP", "CoreTwilio", "CoreSystem",
            ],
            path: "Fuzz/Harness",
            swiftSettings: strict),
        tests(of: "Fuzz", uses: ["FuzzHarness"]),

        .executableTarget(
            name: "journal-bench",
            dependencies: ["CoreJournal", "CoreAddress", "CoreSystem", "CSQLite"],
            path: "bench/journal", swiftSettings: strict),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests(of: "System", uses: ["CoreSystem", "CLinux"]),
        tests(of: "Mail", uses: ["CoreMail"], data: ["Fixtures"]),
        tests(of: "Text", uses: ["CoreText", "CoreMail"], data: ["Fixtures"]),
        tests(of: "SMS", uses: ["CoreSMS", "CoreText"]),
        tests(of: "Address", uses: ["CoreAddress"]),
        tests(of: "Twilio", uses: ["CoreTwilio", "CoreAddress", "CoreSystem"]),
        tests(of: "Journal", uses: ["CoreJournal", "CoreAddress", "CoreSystem"]),
        tests(of: "Policy", uses: ["CorePolicy", "CoreAddress", "CoreJournal"]),
        tests(of: "LMTP", uses: ["CoreLMTP"], data: ["Dialogues"]),
        tests(
            of: "Config",
            uses: [
                "CoreConfig", "CoreSystem", "CoreAddress", "CoreSMS", "CoreTwilio", "CorePolicy",
            ]),
        tests(
            of: "Delivery",
            uses: [
                "CoreDelivery", "CoreConfig", "CoreMail", "CoreText", "CoreSMS", "CoreAddress",
                "CoreTwilio", "CoreJournal", "CorePolicy", "CoreLMTP", "CoreSystem",
            ]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// libFuzzer's runtime comes with the sanitizer's flags, so this builds only as Fuzz/run builds it.
if Context.environment["FUZZ"] == "1" {
    package.products.append(.executable(name: "fuzz", targets: ["fuzz"]))
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Fuzz/CFuzzer"),
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzHarness", "CFuzzer"], path: "Fuzz/Runner",
            swiftSettings: strict),
    ]
}

// The parser alone, for bench/parse.sh.
if Context.environment["BENCH"] == "1" {
    package.products.append(.executable(name: "bench-parse", targets: ["bench-parse"]))
    package.targets.append(
        .executableTarget(
            name: "bench-parse", dependencies: ["CoreMail", "CoreSystem"], path: "bench/parse",
            exclude: ["gmime.c"], swiftSettings: strict))
}
