// swift-tools-version: 6.2
import PackageDescription

/// True in builds of `make fuzz`, which are optimised, keep runtime checks, and have the coverage hooks of libFuzzer.
let isFuzzing = Context.environment["INTERCOM_MOCK_FUZZ"] != nil

/// The compiler settings of every target of this package. Warnings are errors.
///
/// One thread owns all state, so release builds use non-atomic reference counting (saves a fifth of the time of a long
/// list). Only debug builds check exclusive access.
let strict: [SwiftSetting] =
  [
    .treatAllWarnings(as: .error),
    .unsafeFlags(
      ["-Xfrontend", "-assume-single-threaded", "-enforce-exclusivity=unchecked"], .when(configuration: .release)),
  ] + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer", "-O", "-assert-config", "Debug"])] : [])

let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let heaps: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deques: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")

/// The fuzz targets: an executable for libFuzzer in fuzzing builds, otherwise tests that run the stored corpus.
let fuzzed: [Target.Dependency] = [
  "TestSupport", "MockServer", "Intercom", "API", "Store", "TimeZones", "JSON", "HTTPTransport",
  "HTTPMessage",
  httpTypes, logging,
]
let fuzzing: [Target] =
  isFuzzing
  ? [
    .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
    .executableTarget(
      name: "fuzz", dependencies: fuzzed + ["CLibFuzzer"], path: "Tests/Fuzz",
      exclude: ["CLibFuzzer", "Corpus", "Dictionaries", "Tests", "run"], sources: ["Driver", "Harnesses"],
      swiftSettings: strict),
  ]
  : [
    .testTarget(
      name: "FuzzTests", dependencies: fuzzed, path: "Tests/Fuzz",
      exclude: ["CLibFuzzer", "Corpus", "Dictionaries", "Driver", "run"], sources: ["Harnesses", "Tests"],
      swiftSettings: strict)
  ]

/// The micro benchmarks of the store's data structures (`make bench-engine`), which need `-enable-testing`.
let benchmarks: [Target] =
  Context.environment["INTERCOM_MOCK_ENGINE_BENCH"] == nil
  ? []
  : [
    .executableTarget(
      name: "engine-bench",
      dependencies: ["CGlibc", "Store", "JSON", .product(name: "HashTreeCollections", package: "swift-collections")],
      path: "Tests/Benchmarks/engine", swiftSettings: strict)
  ]

let package = Package(
  name: "intercom-mock",
  products: [.executable(name: "intercom-mock", targets: ["intercom-mock"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    // No traits: the default ones link Foundation into every module.
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
  ],
  targets: [
    .systemLibrary(name: "CLibevent", pkgConfig: "libevent", providers: [.apt(["libevent-dev"])]),
    .systemLibrary(name: "CGlibc"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .target(name: "ASCII", swiftSettings: strict),
    .target(name: "FileSystem", swiftSettings: strict),
    .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: strict),
    .target(name: "HTTPMessage", dependencies: ["ASCII", httpTypes], swiftSettings: strict),
    .target(
      name: "HTTPTransport", dependencies: ["CLibevent", "COpenSSL", "ASCII", "Gzip", "HTTPMessage", httpTypes],
      swiftSettings: strict),
    .target(name: "Digest", dependencies: ["COpenSSL"], swiftSettings: strict),
    .target(name: "JSON", dependencies: ["ASCII"], swiftSettings: strict),
    .target(name: "TimeZones", dependencies: ["ASCII", "FileSystem"], swiftSettings: strict),
    .target(
      name: "Store", dependencies: ["ASCII", "CGlibc", "JSON", "TimeZones", heaps], exclude: ["Engine/README.md"],
      swiftSettings: strict),
    .target(
      name: "API", dependencies: ["Store", "JSON", "TimeZones", "HTTPMessage", httpTypes], swiftSettings: strict),
    .target(
      name: "Intercom",
      dependencies: ["ASCII", "API", "Digest", "Gzip", "Store", "JSON", "TimeZones", "HTTPMessage", httpTypes],
      swiftSettings: strict),
    .target(
      name: "MockServer",
      dependencies: [
        "ASCII", "API", "Digest", "Store", "JSON", "TimeZones", "HTTPMessage", httpTypes, logging, deques,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "intercom-mock",
      dependencies: [
        "CGlibc", "FileSystem", "HTTPTransport", "HTTPMessage", "JSON", "TimeZones", "Store", "API", "Intercom",
        "MockServer",
        arguments,
        logging,
      ],
      // Printed by `intercom-mock licenses`; generated by `.ci/notices`.
      resources: [.embedInCode("ThirdPartyNotices.txt")],
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["API", "FileSystem", "Store", "JSON"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "StoreTests", dependencies: ["Store", "TimeZones", "JSON", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "APITests", dependencies: ["API", "Store", "JSON", "HTTPMessage", httpTypes], swiftSettings: strict),
    .testTarget(
      name: "MockServerTests",
      dependencies: ["MockServer", "Intercom", "API", "Store", "JSON", "HTTPMessage", httpTypes, logging],
      swiftSettings: strict),
    .testTarget(
      name: "IntercomTests",
      dependencies: [
        "TestSupport", "Intercom", "MockServer", "API", "Store", "JSON", "TimeZones", "HTTPMessage", httpTypes, logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ConformanceTests", dependencies: ["JSON", "TestSupport"], exclude: ["Departures.json"],
      swiftSettings: strict),
    .testTarget(name: "FileSystemTests", dependencies: ["FileSystem"], swiftSettings: strict),
    .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
    .testTarget(
      name: "StoryTests",
      dependencies: [
        "TestSupport", "MockServer", "Intercom", "API", "Store", "JSON", "HTTPMessage", "HTTPTransport", "CZlib",
        httpTypes,
      ],
      // The tests read the story files at run time. One folder per resource.
      exclude: ["Stories"],
      swiftSettings: strict),
    .testTarget(
      name: "HTTPTransportTests",
      dependencies: ["FileSystem", "HTTPTransport", "HTTPMessage", "CLibevent", "COpenSSL", "CZlib", httpTypes],
      swiftSettings: strict),
  ] + fuzzing + benchmarks
)
