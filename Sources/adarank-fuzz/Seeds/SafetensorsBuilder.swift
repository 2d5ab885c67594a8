/// A safetensors file, written without the program's own writer.
enum SafetensorsBuilder {
  struct Tensor {
    let name: String
    let type: String
    let shape: [Int]
    let data: [UInt8]

    init(_ name: String, _ type: String, _ shape: [Int], _ data: [UInt8]) {
      self.name = name
      self.type = type
      self.shape = shape
      self.data = data
    }

    /// Numbers between −½ and ½.
    init(_ name: String, floats shape: [Int]) {
      let count = shape.reduce(1, *)
      let floats = (0..<count).map { Float($0 * 37 % 101) / 101 - 0.5 }
      self.init(name, "F32", shape, floats.flatMap { little($0.bitPattern) })
    }

    init(_ name: String, integers: [Int64], _ shape: [Int]) {
      self.init(name, "I64", shape, integers.flatMap { little($0) })
    }
  }

  /// - Parameter tensors: in the order of their data.
  static func bytes(_ tensors: [Tensor], metadata: [(String, String)] = [], padding: Bool = true) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.map { #""\#($0.0)":"\#($0.1)""# }
      members.append(#""__metadata__":{\#(pairs.joined(separator: ","))}"#)
    }
    var end = 0
    for tensor in tensors {
      let begin = end
      end += tensor.data.count
      members.append(
        #""\#(tensor.name)":{"dtype":"\#(tensor.type)","shape":\#(tensor.shape),"data_offsets":[\#(begin),\#(end)]}"#)
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    if padding { header += repeatElement(UInt8(ascii: " "), count: -header.count & 7) }
    return little(UInt64(header.count)) + header + tensors.flatMap(\.data)
  }
}
