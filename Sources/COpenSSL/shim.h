#pragma once
// SHA-256 by its plain functions: the way that replaced them brings up all of OpenSSL first, a tenth of a start.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
