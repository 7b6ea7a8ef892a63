// The parts of OpenSSL 3's libcrypto that Notilua uses, as Debian's libssl-dev installs them.
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

// EVP_CIPHER_CTX_ctrl's GCM commands are macros with casts, which Swift does not import.
static const int notilua_gcm_set_iv_length = EVP_CTRL_GCM_SET_IVLEN;
static const int notilua_gcm_set_tag = EVP_CTRL_GCM_SET_TAG;
