// MPI's handles and special addresses are macros that cast pointers, which Swift does not import.
#include <mpi.h>

static inline MPI_Comm adarank_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Comm adarank_comm_null(void) { return MPI_COMM_NULL; }
static inline MPI_Errhandler adarank_errors_return(void) { return MPI_ERRORS_RETURN; }
static inline MPI_Info adarank_info_null(void) { return MPI_INFO_NULL; }
static inline MPI_Request adarank_request_null(void) { return MPI_REQUEST_NULL; }
static inline MPI_Status *adarank_status_ignore(void) { return MPI_STATUS_IGNORE; }
static inline void *adarank_in_place(void) { return MPI_IN_PLACE; }
static inline MPI_Datatype adarank_float(void) { return MPI_FLOAT; }
static inline MPI_Datatype adarank_double(void) { return MPI_DOUBLE; }
static inline MPI_Datatype adarank_int64(void) { return MPI_INT64_T; }
static inline MPI_Datatype adarank_byte(void) { return MPI_BYTE; }
static inline MPI_Op adarank_sum(void) { return MPI_SUM; }
static inline int adarank_tag_ub(void) { return MPI_TAG_UB; }
