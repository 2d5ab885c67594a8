import Glibc

/// Makes a system call, again as long as a signal interrupts it.
///
/// Every system call of the module whose failure a person should hear of passes here.
///
/// - Parameter path: the file or folder it is about.
/// - Parameter attempt: what it does, so that "could not ATTEMPT" is a sentence.
/// - Returns: what the call returns.
/// - Throws: `CheckpointError.system` where the call returns −1.
@discardableResult
func systemCall<Result: FixedWidthInteger & SignedInteger>(
  _ attempt: String, _ path: String, _ call: () -> Result
) throws(CheckpointError) -> Result {
  while true {
    let result = call()
    if result != -1 { return result }
    let code = errno
    if code != EINTR { throw .system(path: path, attempt: attempt, code: code) }
  }
}
