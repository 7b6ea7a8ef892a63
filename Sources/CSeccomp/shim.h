// libseccomp, as Debian's libseccomp-dev installs it. Only CProcessSandbox includes this.
#include <seccomp.h>
