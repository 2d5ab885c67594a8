// libpng; of it, the simplified interface, which returns its errors.
#include <png.h>
