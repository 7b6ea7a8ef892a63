// What reads pictures: libjpeg-turbo, giflib, and Cairo with its PNG.
#include <cairo/cairo.h>
#include <gif_lib.h>
#include <turbojpeg.h>
