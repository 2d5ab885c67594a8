import Glibc

extension CheckpointError: CustomStringConvertible {
  /// What is wrong, where, and what to do about it, in one line.
  ///
  /// Names that come out of files are quoted with their control characters escaped.
  package var description: String {
    switch self {
    case .system(let path, let attempt, let code):
      let advice = code == ENOSPC || code == EDQUOT ? "; free some space, or choose another place" : ""
      return "\(path): could not \(attempt): \(String(cString: strerror(code)))\(advice)"
    case .notARegularFile(let path):
      return "\(path): is not a regular file"

    case .tooShort(let path, let byteCount):
      return "\(path): is not a safetensors file: it has \(byteCount) bytes, and the length of the header alone has 8"
    case .headerTooLong(let path, let length):
      return "\(path): is not a safetensors file: a header of \(length) bytes, where"
        + " \(SafetensorsHeader.maximumLength) are allowed"
    case .headerPastEnd(let path, let length, let available):
      return "\(path): the header should have \(length) bytes, but the file ends \(available) bytes into it;"
        + " the file is cut off, or not safetensors"
    case .trailingBytes(let path, let count):
      return "\(path): \(count) bytes follow the data of the last tensor"

    case .notUTF8(let path):
      return "\(path): its JSON text is not valid UTF-8"
    case .stackedMarks(let path, let offset):
      return "\(path): a letter has more than \(StackedMarks.most) accents at byte \(offset) of its text"
    case .notJSON(let path, let offset, let reason):
      return "\(path): its JSON text is malformed at byte \(offset): \(reason)"
    case .notAnObject(let path):
      return "\(path): its JSON text is not an object"
    case .duplicateName(let path, let name):
      return "\(path): the name \(quoted(name)) is there twice"

    case .metadataNotStrings(let path):
      return "\(path): \"__metadata__\" is not an object of strings"
    case .entryNotAnObject(let path, let tensor):
      return "\(path): the entry of tensor \(quoted(tensor)) is not an object"
    case .entryLacks(let path, let tensor, let key):
      return "\(path): the entry of tensor \(quoted(tensor)) has no \(quoted(key))"
    case .unknownElementType(let path, let tensor, let elementType):
      let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      return "\(path): tensor \(quoted(tensor)) is of type \(quoted(elementType)); known are \(known)"
    case .badShape(let path, let tensor):
      return "\(path): the shape of tensor \(quoted(tensor)) is not a list of non-negative integers"
    case .sizeOverflows(let path, let tensor, let shape):
      return "\(path): tensor \(quoted(tensor)) of shape \(shape) is larger than any memory"
    case .badOffsets(let path, let tensor):
      return "\(path): the data_offsets of tensor \(quoted(tensor)) are not two non-negative integers"
    case .offsetsOutOfOrder(let path, let tensor, let begin, let end):
      return "\(path): the data of tensor \(quoted(tensor)) ends at \(end), before it begins at \(begin)"
    case .dataDoesNotStartAtZero(let path, let tensor, let begin):
      return "\(path): the data of the first tensor, \(quoted(tensor)), begins at \(begin), not at 0"
    case .gap(let path, let tensor, let count):
      return "\(path): the \(count) bytes before the data of tensor \(quoted(tensor)) belong to no tensor"
    case .overlap(let path, let tensor, let other):
      return "\(path): the data of tensors \(quoted(other)) and \(quoted(tensor)) overlap"
    case .truncated(let path, let tensor, let end, let available):
      return "\(path): the data of tensor \(quoted(tensor)) should end at \(end), but there are only \(available) bytes"
        + " of data; the file is cut off: copy or download it again"
    case .sizeMismatch(let path, let description, let found):
      return "\(path): tensor \(quoted(description.name)) of type \(description.elementType.rawValue) and shape"
        + " \(description.shape) takes \(description.byteCount) bytes, but has \(found)"

    case .pickleWithoutArchive(let path):
      return "\(path): is a pickle without an archive, of PyTorch before 1.6 or another program; write it anew with a"
        + " present PyTorch: torch.save(torch.load(\"FILE\", weights_only=True), \"NEW.pt\")"
    case .archive(let path, let problem):
      return "\(path): \(problem)"
    case .torchScript(let path):
      return "\(path): is a TorchScript program, which is not run; if you trust it, write its weights alone with"
        + " torch.save(torch.jit.load(\"FILE\").state_dict(), \"NEW.pt\")"
    case .notLittleEndian(let path):
      return "\(path): its numbers are not little-endian; write it anew on a machine where they are"
    case .noPickle(let path):
      return "\(path): is no checkpoint of PyTorch: the archive has no data.pkl"
    case .pickle(let path, let problem):
      return "\(path): \(problem)"
    case .noTensors(let path, let names):
      return "\(path): holds no weights: it is neither a module nor a dictionary of tensors, nor has it one as"
        + " \(names.map(quoted).joined(separator: ", "))"
    case .modulesTooDeep(let path):
      return "\(path): its modules are nested deeper than \(StateDictionary.maximumDepth) levels"
    case .tooManyNames(let path):
      return "\(path): its modules stand in more places than a model has"
    case .nameNotText(let path):
      return "\(path): the name of a tensor or module is not a text"
    case .notAModule(let path, let name):
      return "\(path): \(quoted(name)) stands among the modules, and is none"
    case .notATensor(let path, let name):
      return "\(path): \(quoted(name)) stands among the parameters or buffers, and is no tensor"

    case .badStrides(let path, let tensor):
      return "\(path): the strides of tensor \(quoted(tensor)) are not as its shape needs them"
    case .storageMissing(let path, let tensor, let key):
      return "\(path): the archive lacks the data \(quoted(key)) of tensor \(quoted(tensor))"
    case .storageSizeMismatch(let path, let tensor, let key, let count, let found):
      return "\(path): the data \(quoted(key)) of tensor \(quoted(tensor)) should have \(count) elements, but has"
        + " \(found) bytes"
    case .viewPastEnd(let path, let tensor, let end, let available):
      return "\(path): tensor \(quoted(tensor)) should end at element \(end) of its data, which have \(available)"
    case .expanded(let path, let tensor):
      return "\(path): tensor \(quoted(tensor)) repeats elements of its data; save it after .contiguous()"

    case .tensorNotFound(let path, let tensor):
      return "\(path): has no tensor \(quoted(tensor))"
    case .notFloatingPoint(let path, let tensor, let elementType):
      return "\(path): tensor \(quoted(tensor)) is of type \(elementType.rawValue), but must be floating-point:"
        + " F64, F32, F16 or BF16"
    case .notInteger(let path, let tensor, let elementType):
      return "\(path): tensor \(quoted(tensor)) is of type \(elementType.rawValue), but must hold integers"
    case .integerTooLarge(let path, let tensor, let value):
      return "\(path): tensor \(quoted(tensor)) holds \(value), which exceeds \(Int.max)"

    case .noWeightMap(let path):
      return "\(path): has no object \"weight_map\" that names the file of each tensor"
    case .badShardName(let path, let tensor):
      return "\(path): what \"weight_map\" says of tensor \(quoted(tensor)) is not the name of a file"
        + " in the same folder"
    case .noTensorsInIndex(let path):
      return "\(path): \"weight_map\" is empty"
    case .shardMissing(let path, let tensor, let file):
      return "\(path): places tensor \(quoted(tensor)) in \(quoted(file)), which is not in the folder;"
        + " copy or download that file too"
    case .shardLacksTensor(let path, let tensor, let file):
      return "\(path): places tensor \(quoted(tensor)) in \(quoted(file)), which does not hold it;"
        + " index and files are of different models"
    case .tensorNotInIndex(let path, let tensor, let file):
      return "\(path): does not mention tensor \(quoted(tensor)), which \(quoted(file)) holds;"
        + " index and files are of different models"
    case .tensorInTwoFiles(let tensor, let first, let second):
      return "tensor \(quoted(tensor)) is both in \(first) and in \(second)"
    case .oneNameForTwo(let path, let name, let first, let second):
      return "\(path): tensors \(quoted(first)) and \(quoted(second)) are both \(quoted(name)) of the model;"
        + " it must hold one of them"
    case .noWeights(let path, let lookedFor):
      return "\(path): holds no weights; looked for \(lookedFor.joined(separator: ", "))"
    case .notAWeightFile(let path):
      return "\(path): is neither a folder nor a file of weights, whose name would end in"
        + " \(ModelFolder.weightSuffixes.joined(separator: ", "))"

    case .reservedName(let path):
      return "\(path): no tensor may be called \"__metadata__\""
    case .wroteOutOfOrder(let path, let tensor, let expected):
      let turn = expected.map { "it is the turn of \(quoted($0))" } ?? "all tensors are written"
      return "\(path): tensor \(quoted(tensor)) cannot be written now: \(turn)"
    case .wroteTooMuch(let path, let tensor, let byteCount):
      return "\(path): more than the \(byteCount) bytes of tensor \(quoted(tensor)) were to be written"
    case .incomplete(let path, let tensor, let written, let byteCount):
      return "\(path): only \(written) of the \(byteCount) bytes of tensor \(quoted(tensor)) were written"

    case .outputExists(let path):
      return "\(path): exists already; choose another name, or give --overwrite to replace it"
    case .unfinishedRun(let path, let out):
      return "\(path): is an unfinished run of \(out); go on with it by --resume, or begin again by --overwrite"
    case .notARunFolder(let path, let item):
      let reason = item.map { "it holds \(quoted($0)), which no run has made" } ?? "it is no folder"
      return "\(path): is needed for the unfinished output, but \(reason); move it away, or choose another name"
    case .runInProgress(let path, let out):
      return "\(path): another process is making \(out) there; wait for it, or choose another name"
    case .outputNotReplaceable(let path, let reason):
      return "\(path): will not be replaced: \(reason)"
    case .outputIsInput(let path, let reason):
      return "\(path): is no place for the output: \(reason); choose another name"
    case .outputParentMissing(let path, let parent):
      return "\(path): cannot be created: there is no folder \(parent)"
    case .outputParentNotWritable(let path, let parent):
      return "\(path): cannot be created: no permission to write into the folder \(parent)"
    case .nameOutsideFolder(let path, let name):
      return "\(path): \(quoted(name)) is not the name of a file inside this folder"
    case .replacedFolderRemains(let path, let published):
      return "\(published) is complete, but the folder it replaces could not be removed: remove \(path) by hand"
    }
  }

  private func quoted(_ name: String) -> String { String(reflecting: name) }
}
