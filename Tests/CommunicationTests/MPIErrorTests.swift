import CMPI
import Testing

@testable import Communication

@Suite struct MPIErrorTests {
  @Test func aCodeOtherThanSuccessIsThrownWithItsRoutine() throws {
    try check(Int32(MPI_SUCCESS), "MPI_Send")
    let error = MPIError(routine: "MPI_Send", code: 2, message: "MPI_ERR_COUNT: invalid count argument")
    #expect(error.description == "MPI_Send failed: MPI_ERR_COUNT: invalid count argument (code 2)")
  }
}
