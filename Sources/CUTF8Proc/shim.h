// Debian's libutf8proc: Unicode's normal forms (UAX #15) and case folding, in a library without files or threads.
#include <utf8proc.h>
