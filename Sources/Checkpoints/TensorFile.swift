/// One file of named tensors, of any of the formats that are read.
package protocol TensorFile: TensorReading {
  /// The tensors in the order in which their data begin.
  var entries: [TensorEntry] { get }
  /// Lets the system begin to read a tensor, and does not wait.
  func prefetch(_ name: String)
}
