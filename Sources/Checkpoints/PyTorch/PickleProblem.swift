/// What can be wrong with a pickle.
package enum PickleProblem: Error, Equatable, Sendable {
  case tooLong(byteCount: Int)
  /// The bytes end before the pickle does.
  case endsEarly
  case trailingBytes(count: Int)
  /// It makes far more values than Python would with as many bytes.
  case tooManyParts
  case unknownProtocol(UInt8)
  case unknownOpcode(UInt8)
  /// An instruction needs more values than there are.
  case stackEmpty
  case noMark
  /// Something besides the result is left at the end.
  case leftOver(count: Int)
  case unknownMemo(Int)
  case textNotUTF8
  /// A letter of a text has more accents than any text has.
  case textStacked
  case nameTooLong
  /// A dictionary gets a key without a value.
  case oddItems
  /// An instruction is applied to a value of another kind.
  case wrongOperand(opcode: UInt8)
  /// - Parameter name: of a class or function that is none of those known.
  case call(String)
  /// A known class or function is called with other arguments than PyTorch calls it with.
  case badArguments(String)
  /// - Parameter name: of the function that rebuilds such a tensor.
  case unsupportedTensor(String)
  /// A view whose elements are the negatives or conjugates of those stored.
  case unresolvedView
  /// A persistent id that is not a storage.
  case badStorage
}

extension PickleProblem: CustomStringConvertible {
  /// What is wrong, to follow a path and a colon.
  package var description: String {
    switch self {
    case .tooLong(let byteCount):
      "its pickle has \(byteCount) bytes, where \(PickleMachine.maximumByteCount) are allowed"
    case .endsEarly:
      "its pickle ends early; copy or download the file again"
    case .trailingBytes(let count):
      "\(count) bytes follow the end of its pickle"
    case .tooManyParts:
      "its pickle makes more values than a checkpoint of its length has"
    case .unknownProtocol(let version):
      "its pickle is of protocol \(version), and only 2 to 5 are read"
    case .unknownOpcode(let code):
      "its pickle has the instruction \(code), which no checkpoint needs"
    case .stackEmpty, .noMark, .oddItems, .leftOver, .unknownMemo, .wrongOperand, .badStorage, .textNotUTF8,
      .textStacked, .nameTooLong:
      "its pickle is damaged: \(damage); copy or download the file again"
    case .call(let name):
      "calls \(shown(name)), which is no part of a checkpoint; nothing was run. Ask for a file that holds only the"
        + " state_dict, best as safetensors"
    case .badArguments(let name):
      "calls \(shown(name)) with arguments that PyTorch does not give it; nothing was run"
    case .unresolvedView:
      "holds a tensor whose elements are to be negated or conjugated; save it after .resolve_conj().resolve_neg()"
    case .unsupportedTensor(let name):
      "holds a tensor that only \(shown(name)) can rebuild, and none but dense tensors are read"
    }
  }

  private var damage: String {
    switch self {
    case .stackEmpty: "an instruction lacks its operands"
    case .noMark: "an instruction lacks its mark"
    case .oddItems: "a key of a dictionary has no value"
    case .leftOver(let count): "\(count) values are left over"
    case .unknownMemo(let index): "it refers to value \(index), which it has not stored"
    case .wrongOperand(let opcode): "the instruction \(opcode) is applied to a value of another kind"
    case .badStorage: "a reference out of it is not to a storage"
    case .textNotUTF8: "a text is not valid UTF-8"
    case .textStacked: "a letter of a text has more than \(StackedMarks.most) accents"
    case .nameTooLong: "a name is too long"
    default: preconditionFailure("no damage")
    }
  }

  /// A name without quotation marks, its control characters escaped.
  private func shown(_ name: String) -> String { String(String(reflecting: name).dropFirst().dropLast()) }
}
