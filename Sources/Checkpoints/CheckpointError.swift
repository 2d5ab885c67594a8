/// What can be wrong with a checkpoint, a model folder or an output folder.
package enum CheckpointError: Error, Equatable, Sendable {
  // The file system

  /// A system call failed.
  ///
  /// - Parameter attempt: what it was to do, as in "could not ATTEMPT".
  /// - Parameter code: its errno.
  case system(path: String, attempt: String, code: Int32)
  case notARegularFile(path: String)

  // A safetensors file as a whole

  /// The file has fewer than the eight bytes of the header's length.
  case tooShort(path: String, byteCount: Int)
  /// The header claims, or would have, more bytes than the format allows.
  case headerTooLong(path: String, length: UInt64)
  /// The header claims more bytes than the file has after the length.
  case headerPastEnd(path: String, length: UInt64, available: Int)
  /// The data of the last tensor ends before the file does.
  case trailingBytes(path: String, count: Int)

  // JSON: of a header or an index

  case notUTF8(path: String)
  /// - Parameter offset: in bytes from the start of the JSON text.
  case notJSON(path: String, offset: Int, reason: String)
  case notAnObject(path: String)
  case duplicateName(path: String, name: String)

  // One tensor of a header

  case metadataNotStrings(path: String)
  case entryNotAnObject(path: String, tensor: String)
  case entryLacks(path: String, tensor: String, key: String)
  case unknownElementType(path: String, tensor: String, elementType: String)
  case badShape(path: String, tensor: String)
  /// The product of shape and element width exceeds `Int`.
  case sizeOverflows(path: String, tensor: String, shape: [Int])
  /// `data_offsets` is not a pair of non-negative integers.
  case badOffsets(path: String, tensor: String)
  case offsetsOutOfOrder(path: String, tensor: String, begin: Int, end: Int)
  /// - Parameter begin: where the first tensor's data begins, in bytes from the end of the header.
  case dataDoesNotStartAtZero(path: String, tensor: String, begin: Int)
  /// No tensor owns the bytes just before this one.
  case gap(path: String, tensor: String, count: Int)
  case overlap(path: String, tensor: String, other: String)
  /// The file ends before the tensor's data does.
  case truncated(path: String, tensor: String, end: Int, available: Int)
  case sizeMismatch(path: String, description: TensorDescription, found: Int)

  // Reading tensors

  case tensorNotFound(path: String, tensor: String)
  case notFloatingPoint(path: String, tensor: String, elementType: ElementType)
  case notInteger(path: String, tensor: String, elementType: ElementType)
  case integerTooLarge(path: String, tensor: String, value: UInt64)

  // Model folders and indexes

  case noWeightMap(path: String)
  /// A tensor's entry in the weight map is not a file name of the same folder.
  case badShardName(path: String, tensor: String)
  case noTensorsInIndex(path: String)
  case shardMissing(path: String, tensor: String, file: String)
  /// The index places a tensor in a file that does not hold it.
  case shardLacksTensor(path: String, tensor: String, file: String)
  case tensorNotInIndex(path: String, tensor: String, file: String)
  case tensorInTwoFiles(tensor: String, first: String, second: String)
  /// - Parameter lookedFor: the file names that would do.
  case noWeights(path: String, lookedFor: [String])
  /// There are weights, but pickled: reading them can run any program hidden in them.
  case pickledWeights(path: String)
  case notSafetensors(path: String)

  // Writing

  case reservedName(path: String)
  /// - Parameter expected: the tensor whose turn it is; nil after the last.
  case wroteOutOfOrder(path: String, tensor: String, expected: String?)
  case wroteTooMuch(path: String, tensor: String, byteCount: Int)
  case incomplete(path: String, tensor: String, written: Int, byteCount: Int)

  // Output folders

  case outputExists(path: String)
  case outputNotReplaceable(path: String, reason: String)
  /// The output would take the place of what it is made from.
  case outputIsInput(path: String, reason: String)
  case outputParentMissing(path: String, parent: String)
  case outputParentNotWritable(path: String, parent: String)
  case nameOutsideFolder(path: String, name: String)
  /// The output is complete, but what it replaced could not be removed.
  case replacedFolderRemains(path: String, published: String)
}
