// swift-tools-version: 6.2
import PackageDescription

// The elementwise kernels want 256-bit vectors, fused multiply-add and half-precision conversion, which
// every x86 server since 2013 has; the default target is the first x86-64 of 2003.
#if arch(x86_64)
  let processor: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
#else
  let processor: [SwiftSetting] = []
#endif
let settings: [SwiftSetting] = [.treatAllWarnings(as: .error)] + processor

let numerics: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "adarank",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C libraries
    .systemLibrary(
      name: "CMPI", path: "CShims/CMPI", pkgConfig: "mpi-c", providers: [.apt(["libopenmpi-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", path: "CShims/COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CLAPACKE", path: "CShims/CLAPACKE", pkgConfig: "lapacke",
      providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(name: "CPNG", path: "CShims/CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(
      name: "CJPEG", path: "CShims/CJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CLinux", path: "CShims/CLinux"),

    // Modules
    .target(
      name: "LinearAlgebra", dependencies: ["COpenBLAS", "CLAPACKE", numerics],
      swiftSettings: settings, linkerSettings: [.linkedLibrary("m")]),
    .target(name: "Checkpoints", dependencies: ["LinearAlgebra", "CLinux", crypto], swiftSettings: settings),
    .target(name: "Tokenizers", dependencies: ["Checkpoints"], swiftSettings: settings),
    .target(name: "Pictures", dependencies: ["CPNG", "CJPEG"], swiftSettings: settings),
    .target(name: "Transformers", dependencies: ["LinearAlgebra"], swiftSettings: settings),
    .target(name: "Communication", dependencies: ["CMPI"], swiftSettings: settings),
    .target(
      name: "Merging",
      dependencies: [
        "LinearAlgebra", "Checkpoints", "Tokenizers", "Pictures", "Transformers", "Communication", "CLinux", crypto,
      ],
      swiftSettings: settings),
    .target(name: "SortNet", dependencies: ["Checkpoints"], swiftSettings: settings),
    .target(name: "Priors", dependencies: ["Merging", "SortNet", "Checkpoints"], swiftSettings: settings),
    .target(name: "Recipes", dependencies: ["Merging", "Checkpoints", yams], swiftSettings: settings),
    .target(name: "Reports", dependencies: ["Merging"], swiftSettings: settings),

    .target(
      name: "Launch", dependencies: ["Merging", "Communication", "LinearAlgebra", "CLinux"], swiftSettings: settings),

    // Programs
    .executableTarget(
      name: "adarank",
      dependencies: [
        "Launch", "Recipes", "Reports", "Merging", "Checkpoints", "Transformers", "Communication", "LinearAlgebra",
        "Priors", "SortNet", arguments,
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "adarank-bench",
      dependencies: [
        "Launch", "Recipes", "Reports", "Merging", "Checkpoints", "Transformers", "Communication", "LinearAlgebra",
        arguments,
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "adarank-fuzz",
      dependencies: [
        "Recipes", "Reports", "Priors", "SortNet", "Merging", "Checkpoints", "Tokenizers", "Pictures", "Transformers",
        "LinearAlgebra", "CPNG", "CJPEG", crypto, arguments,
      ],
      swiftSettings: settings),

    // Tests
    .executableTarget(
      name: "RankChecks", dependencies: ["Merging", "Checkpoints", "Transformers", "Communication", "LinearAlgebra"],
      path: "Tests/RankChecks", swiftSettings: settings),
    .target(
      name: "TestSupport", dependencies: ["Merging", "Checkpoints", "Transformers", "LinearAlgebra"],
      path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints"], swiftSettings: settings),
    .testTarget(name: "TokenizersTests", dependencies: ["Tokenizers", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "PicturesTests", dependencies: ["Pictures", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "TransformersTests", dependencies: ["Transformers", "Checkpoints", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "CommunicationTests", dependencies: ["Communication", "TestSupport", "RankChecks"], swiftSettings: settings),
    .testTarget(
      name: "MergingTests", dependencies: ["Merging", "TestSupport", "RankChecks"], swiftSettings: settings),
    .testTarget(name: "SortNetTests", dependencies: ["SortNet", "Checkpoints"], swiftSettings: settings),
    .testTarget(name: "PriorsTests", dependencies: ["Priors", "SortNet", "Merging"], swiftSettings: settings),
    .testTarget(name: "RecipesTests", dependencies: ["Recipes"], swiftSettings: settings),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports", "Merging", "Transformers", "Checkpoints", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "adarank-benchTests", dependencies: ["adarank-bench", "LinearAlgebra"],
      path: "Tests/adarank-benchTests", swiftSettings: settings),
    .testTarget(
      name: "adarank-fuzzTests", dependencies: ["adarank-fuzz", "TestSupport"], path: "Tests/adarank-fuzzTests",
      swiftSettings: settings),
    .testTarget(name: "LaunchTests", dependencies: ["Launch"], swiftSettings: settings),
    .testTarget(
      name: "adarankTests", dependencies: ["adarank", "TestSupport", "Checkpoints", "Pictures", "SortNet"],
      swiftSettings: settings),
  ]
)
