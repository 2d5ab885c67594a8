// libjpeg-turbo by its own interface, which returns its errors.
#include <turbojpeg.h>
