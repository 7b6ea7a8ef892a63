/// Provider tokens of other programs: key id ABC123DEFG, team id DEF123GHIJ, issued on 2026-01-01, 1767225600.
enum ThirdPartyTokens {
  /// SubjectPublicKeyInfo of the key that has signed them, in base 64; its private half is gone.
  static let publicKey =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf7zTbgk/APNOauWtfWSPPlKoRJ5KdJymxlhBqvO0eAhV59eJBAfV9sYFrE5r"
    + "zygYPwxo98OYZT46ijM8V1vU8Q=="

  /// PyJWT 2.15.1: `jwt.encode(claims, pem, algorithm="ES256", headers={"kid": …})`.
  static let pyJWT =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkciLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0I"
    + "joxNzY3MjI1NjAwfQ.71NzVrCCA6eU0TBj4MnXZ8tEa_9naPYzmjWl3kbd5i9TKE2-rMid9QRnBhxvjnThmoAgWaOtmLcYi9"
    + "3CIA3zvw"

  /// aioapns 4.0: what `JWTAuthorizationHeaderProvider.get_header()` puts into the header.
  static let aioapns =
    "bearer eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkciLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJERUYxMjNHSElKIi"
    + "wiaWF0IjoxNzY3MjI1NjAwfQ.mOKo0lIcpKNzPVDOA6qkJv1oamv_Zrax1OqlG9mk_FMiM1oyiPiz5NvVi_QZE0lMdVJwV6P"
    + "UhLX7jF3kmKGJ0w"

  /// cryptography 50.0.2: `s` is at most half of the order.
  static let low =
    "eyJhbGciOiAiRVMyNTYiLCAia2lkIjogIkFCQzEyM0RFRkcifQ.eyJpc3MiOiAiREVGMTIzR0hJSiIsICJpYXQiOiAxNzY3M"
    + "jI1NjAwfQ.TGTTSiRd1ir3a4UCvkKGxhr5zGx1akv86njkBWbJ3-1byGuP1lGL2hCC8umQhj33hcJccj4Fdjf7Lonmzh2VyA"

  /// cryptography 50.0.2: `s` is more than half of the order, which RFC 7518 §3.4 allows.
  static let high =
    "eyJhbGciOiAiRVMyNTYiLCAia2lkIjogIkFCQzEyM0RFRkcifQ.eyJpc3MiOiAiREVGMTIzR0hJSiIsICJpYXQiOiAxNzY3M"
    + "jI1NjAwfQ.4xSpiMfpPPwiJb3uy-MVLAtTjnMCQ1JgnfQu3EPftQ7L6ChZyPKYZELTS6RPOSp3l60Mpr1cPSsa4prN-W7Etw"

  /// cryptography 50.0.2: the signature is in DER (auth0/java-jwt#187), which APNs takes, too.
  static let der =
    "eyJhbGciOiAiRVMyNTYiLCAia2lkIjogIkFCQzEyM0RFRkcifQ.eyJpc3MiOiAiREVGMTIzR0hJSiIsICJpYXQiOiAxNzY3M"
    + "jI1NjAwfQ.MEYCIQDdlHyRwLhHqDKQ7UeOusEltgicU70ZrEzknAhQksooKwIhANHOwOgmXc4lKkoAy1cuUdBXiGQE1P-1VX"
    + "irH8H0KgAO"

  /// Of the key, with a `crit` that asks for `x` (mpdavis/python-jose#413).
  static let critical =
    "eyJhbGciOiAiRVMyNTYiLCAia2lkIjogIkFCQzEyM0RFRkciLCAiY3JpdCI6IFsieCJdLCAieCI6IDF9.eyJpc3MiOiAiREV"
    + "GMTIzR0hJSiIsICJpYXQiOiAxNzY3MjI1NjAwfQ.zAn2Z7N8GhM44NbZI2_m4YZxLeiUrgkTA4UneQciaVoC8gu7bezvWZPv"
    + "JVORPEXQ1ZQWiGTXLz4E8ftnGsCPfg"

  /// PyJWT 2.15.1: of another key, which its header brings along as `jwk` (CVE-2018-0114).
  static let ownKey =
    "eyJhbGciOiJFUzI1NiIsImp3ayI6eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6IkY4QXBLc2t2cG1RQ2ZMVllSY3Nz"
    + "SWhQRDVDMXVmYjFwREZSaGFLSE5fYXMiLCJ5IjoiWFJGQ1psbzAzMUxFVDZLM19wLW1raFdDOGE2dXFnQjNTQWt1WlJod2xR"
    + "cyJ9LCJraWQiOiJBQkMxMjNERUZHIiwidHlwIjoiSldUIn0.eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0IjoxNzY3MjI1NjAw"
    + "fQ.7nRBBrGmGph3BEib5JkYt6K-gc0C5MiHOop53kXaxaunOAeeM1UE7M5zLmTmjaNgE6gjTJE84KW3CGkAolb6BA"

  /// PyJWT 2.15.1: of another key.
  static let other =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQzEyM0RFRkciLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0I"
    + "joxNzY3MjI1NjAwfQ.Zv4fEZeCxpUeMPJ7d8UwI12uw6qdlZhRq2TJwEKpXSCGQUAnORkStIjxmSi6GAA23b52-cLfHP2vz5"
    + "at3o1F2w"

  /// HS256 with the public key in PEM as the secret (mpdavis/python-jose#419).
  static let hmacOfPEM =
    "eyJhbGciOiAiSFMyNTYiLCAia2lkIjogIkFCQzEyM0RFRkcifQ.eyJpc3MiOiAiREVGMTIzR0hJSiIsICJpYXQiOiAxNzY3M"
    + "jI1NjAwfQ.pKihu4H6xssmwhAhkUoBUjecXyElFTwXc53iyd3q0L0"

  /// HS256 with the public key in DER as the secret.
  static let hmacOfDER =
    "eyJhbGciOiAiSFMyNTYiLCAia2lkIjogIkFCQzEyM0RFRkcifQ.eyJpc3MiOiAiREVGMTIzR0hJSiIsICJpYXQiOiAxNzY3M"
    + "jI1NjAwfQ.xuH-T0W2790U61O6eF_0r9Dy4tWaO5E1uqZ2TppXng4"

  /// PyJWT 2.15.1: `algorithm="none"` (CVE-2015-9235).
  static let unsigned =
    "eyJhbGciOiJub25lIiwia2lkIjoiQUJDMTIzREVGRyIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJERUYxMjNHSElKIiwiaWF0Ijo"
    + "xNzY3MjI1NjAwfQ."
}
