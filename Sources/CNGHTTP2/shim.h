// Debian's libnghttp2: the frames, the header compression and the flow control of HTTP/2 (RFC 9113, RFC 7541).
#include <nghttp2/nghttp2.h>
