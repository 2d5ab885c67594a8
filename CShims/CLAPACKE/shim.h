// LAPACK by its C interface.
#include <lapacke.h>
