import CMPI

/// A type of which messages are made: it knows its MPI datatype, so that the count and type of a buffer cannot disagree.
package protocol MessageElement: BitwiseCopyable, Sendable {
  static var datatype: MPI_Datatype { get }
}

extension Float: MessageElement {
  package static var datatype: MPI_Datatype { adarank_float() }
}

extension Double: MessageElement {
  package static var datatype: MPI_Datatype { adarank_double() }
}

extension Int: MessageElement {
  package static var datatype: MPI_Datatype { adarank_int64() }
}

extension UInt8: MessageElement {
  package static var datatype: MPI_Datatype { adarank_byte() }
}
