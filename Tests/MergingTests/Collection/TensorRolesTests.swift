import Testing
import Transformers

@testable import Merging

@Suite struct TensorRolesTests {
  private func roles(
    masked: [String] = [], scaled: [String] = [], frozen: [String] = []
  ) throws -> TensorRoles {
    var patterns = RolePatterns()
    (patterns.masked, patterns.scaled, patterns.frozen) = (masked, scaled, frozen)
    return try TensorRoles(patterns)
  }

  @Test func withoutPatternsTheArchitectureDecides() throws {
    for role in ParameterRole.allCases {
      #expect(try roles().role(of: "x", shape: [2, 2], default: role) == role)
    }
  }

  @Test func aPatternMatchesSomewhereInTheName() throws {
    let roles = try roles(masked: ["q_proj\\.weight$"], scaled: ["^text"], frozen: ["embed", "norm"])
    #expect(try roles.role(of: "a.q_proj.weight", shape: [2, 2], default: .frozen) == .masked)
    #expect(try roles.role(of: "a.q_proj.weights", shape: [2, 2], default: .frozen) == .frozen)
    #expect(try roles.role(of: "text.x", shape: [2], default: .frozen) == .scaled)
    #expect(try roles.role(of: "layer_norm1.bias", shape: [2], default: .scaled) == .frozen)
  }

  @Test func whatIsNoRegularExpressionIsSaid() {
    #expect(throws: InputError(["'(' is not a regular expression", "'[' is not a regular expression"])) {
      _ = try roles(masked: ["("], frozen: ["ok", "["])
    }
  }

  @Test func patternsMustNotDisagree() throws {
    let roles = try roles(masked: ["weight"], frozen: ["q_proj"])
    #expect(
      throws: InputError(["tensor q_proj.weight matches patterns of masked and frozen; one must not match"])
    ) {
      _ = try roles.role(of: "q_proj.weight", shape: [2, 2], default: .masked)
    }
  }

  @Test func onlyMatricesAreMasked() throws {
    let roles = try roles(masked: ["x"])
    #expect(throws: InputError(["tensor x of shape [4] cannot be masked: it is not a matrix"])) {
      _ = try roles.role(of: "x", shape: [4], default: .scaled)
    }
    #expect(throws: InputError(["tensor x of shape [0, 4] cannot be masked: it is not a matrix"])) {
      _ = try roles.role(of: "x", shape: [0, 4], default: .scaled)
    }
    #expect(try roles.role(of: "x", shape: [4, 3, 2, 2], default: .scaled) == .masked)
  }

  @Test func matricesOfNumberedBlocksAreGuessedToBeMasked() {
    #expect(TensorRoles.guess(name: "encoder.layer.3.x.weight", shape: [2, 2]) == .masked)
    #expect(TensorRoles.guess(name: "encoder.layer.3.x.bias", shape: [2]) == .scaled)
    #expect(TensorRoles.guess(name: "layer3.x.weight", shape: [2, 2]) == .scaled)
    #expect(TensorRoles.guess(name: "h.0.conv", shape: [2, 2, 3]) == .scaled)
    #expect(TensorRoles.guess(name: "h.0.empty", shape: [0, 2]) == .scaled)
  }
}
