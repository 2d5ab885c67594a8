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
  /// One letter has more accents than any text has.
  ///
  /// - Parameter offset: of the first that is too many, in bytes from the start of the text.
  case stackedMarks(path: String, offset: Int)
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

  // A PyTorch checkpoint as a whole

  /// A pickle alone, as PyTorch before 1.6 wrote it.
  case pickleWithoutArchive(path: String)
  case archive(path: String, problem: ArchiveProblem)
  case torchScript(path: String)
  case notLittleEndian(path: String)
  case noPickle(path: String)
  case pickle(path: String, problem: PickleProblem)
  /// - Parameter lookedFor: the names under which weights may lie beside other things.
  case noTensors(path: String, lookedFor: [String])
  case modulesTooDeep(path: String)
  /// Few modules stand in so many places that their tensors have too many names.
  case tooManyNames(path: String)
  /// A tensor's or module's key in its dictionary is not a text.
  case nameNotText(path: String)
  case notAModule(path: String, name: String)
  case notATensor(path: String, name: String)

  // One tensor of a PyTorch checkpoint

  /// The strides are negative, too large, or not as many as the dimensions.
  case badStrides(path: String, tensor: String)
  case storageMissing(path: String, tensor: String, key: String)
  /// - Parameter count: how many elements the storage should have.
  /// - Parameter found: how many bytes it has.
  case storageSizeMismatch(path: String, tensor: String, key: String, count: Int, found: Int)
  /// - Parameters:
  ///   - end: one past the tensor's last element, counted in its storage.
  ///   - available: how many elements the storage has.
  case viewPastEnd(path: String, tensor: String, end: Int, available: Int)
  /// The tensor has more elements than its storage.
  case expanded(path: String, tensor: String)

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
  /// Two tensors differ in a prefix that says nothing.
  ///
  /// - Parameters:
  ///   - name: theirs without it.
  ///   - first: in the file, as `second`.
  case oneNameForTwo(path: String, name: String, first: String, second: String)
  /// - Parameter lookedFor: the file names that would do.
  case noWeights(path: String, lookedFor: [String])
  /// The name of the file tells of no format that is read.
  case notAWeightFile(path: String)

  // Writing

  case reservedName(path: String)
  /// - Parameter expected: the tensor whose turn it is; nil after the last.
  case wroteOutOfOrder(path: String, tensor: String, expected: String?)
  case wroteTooMuch(path: String, tensor: String, byteCount: Int)
  case incomplete(path: String, tensor: String, written: Int, byteCount: Int)

  // Output folders

  case outputExists(path: String)
  /// A run that was to make the output has left a checkpoint.
  case unfinishedRun(path: String, out: String)
  /// What has the name of a run's folder is none.
  ///
  /// - Parameter item: something in it that no run has made; nil where it is no folder.
  case notARunFolder(path: String, item: String?)
  /// Another process works in a run's folder.
  case runInProgress(path: String, out: String)
  case outputNotReplaceable(path: String, reason: String)
  /// The output would take the place of what it is made from.
  case outputIsInput(path: String, reason: String)
  case outputParentMissing(path: String, parent: String)
  case outputParentNotWritable(path: String, parent: String)
  case nameOutsideFolder(path: String, name: String)
  /// The output is complete, but what it replaced could not be removed.
  case replacedFolderRemains(path: String, published: String)
}
