// CBLAS and OpenBLAS's own controls.
#include <cblas.h>
