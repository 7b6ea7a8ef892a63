// Pango and Cairo as Debian has them: text in any script, pictures, SVG.
#include <cairo/cairo-svg.h>
#include <pango/pangocairo.h>
