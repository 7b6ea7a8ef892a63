// The parts of OpenSSL 3's libcrypto that Notilua uses, as Debian's libssl-dev installs them.
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// EVP_CIPHER_CTX_ctrl's GCM commands are macros with casts, which Swift does not import.
static const int notilua_gcm_set_iv_length = EVP_CTRL_GCM_SET_IVLEN;
static const int notilua_gcm_set_tag = EVP_CTRL_GCM_SET_TAG;
static const int notilua_gcm_get_tag = EVP_CTRL_GCM_GET_TAG;

// Wrappers around macros and variadic functions, which Swift does not import. Stacks are borrowed, and so are their
// elements, unless a name ends in _free.
static inline int notilua_X509_count(STACK_OF(X509) *stack) { return sk_X509_num(stack); }
static inline X509 *notilua_X509_at(STACK_OF(X509) *stack, int index) { return sk_X509_value(stack, index); }
static inline STACK_OF(X509) *notilua_X509_stack(void) { return sk_X509_new_null(); }
// Gives the certificate away to the stack; 0 where that fails.
static inline int notilua_X509_push(STACK_OF(X509) *stack, X509 *certificate) {
  return sk_X509_push(stack, certificate);
}
static inline void notilua_X509_stack_free(STACK_OF(X509) *stack) { sk_X509_pop_free(stack, X509_free); }

static inline int notilua_PKCS7_count(STACK_OF(PKCS7) *stack) { return sk_PKCS7_num(stack); }
static inline PKCS7 *notilua_PKCS7_at(STACK_OF(PKCS7) *stack, int index) { return sk_PKCS7_value(stack, index); }
static inline void notilua_PKCS7_stack_free(STACK_OF(PKCS7) *stack) { sk_PKCS7_pop_free(stack, PKCS7_free); }

static inline int notilua_bag_count(STACK_OF(PKCS12_SAFEBAG) *stack) { return sk_PKCS12_SAFEBAG_num(stack); }
static inline PKCS12_SAFEBAG *notilua_bag_at(STACK_OF(PKCS12_SAFEBAG) *stack, int index) {
  return sk_PKCS12_SAFEBAG_value(stack, index);
}
static inline void notilua_bag_stack_free(STACK_OF(PKCS12_SAFEBAG) *stack) {
  sk_PKCS12_SAFEBAG_pop_free(stack, PKCS12_SAFEBAG_free);
}

// The names that a certificate is for (RFC 5280 §4.2.1.6); NULL where it has none.
static inline GENERAL_NAMES *notilua_alternative_names(X509 *certificate) {
  return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}
static inline int notilua_names_count(GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline GENERAL_NAME *notilua_names_at(GENERAL_NAMES *names, int index) {
  return sk_GENERAL_NAME_value(names, index);
}
static inline void notilua_names_free(GENERAL_NAMES *names) { GENERAL_NAMES_free(names); }

// Frees what libcrypto has allocated.
static inline void notilua_free(void *memory) { OPENSSL_free(memory); }
// The bytes that a BIO in memory has; borrowed until it is written to or freed.
static inline long notilua_BIO_bytes(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }
// A new key of RSA; NULL where that fails.
static inline EVP_PKEY *notilua_generate_RSA(OSSL_LIB_CTX *context, size_t bits) {
  return EVP_PKEY_Q_keygen(context, NULL, "RSA", bits);
}
