/// The localization that another falls back to, as Apple's systems have it.
///
/// Facts of `ualoc_localizationsToUse` and its table of parents in ICU 76 (apple/swift-foundation-icu: `ualoc.cpp`,
/// `localefallback_data.h`). They are not CLDR's parents alone: there `en-IN` inherits from `en-001`, here an app's
/// `en-GB` stands between them.
enum LocalizationParents {
  /// The parent of an identifier where it is not the identifier without its last part; empty where it has none.
  static let table: [String: String] = {
    var table = other
    for (parent, regions) in regional {
      let language = parent.prefix { $0 != "-" }
      for region in regions.split(whereSeparator: \.isWhitespace) { table["\(language)-\(region)"] = parent }
    }
    return table
  }()

  private static let other = [
    "ars": "ar",
    "hi-Latn": "en-IN",
    "nb": "no",
    "nn": "no",
    "no-NO": "no",
    "wuu": "wuu-Hans",
    "wuu-Hans": "zh-Hans",
    "wuu-Hant": "zh-Hant",
    "yue": "yue-Hant",
    "yue-HK": "zh-Hant-HK",
    "yue-Hans": "zh-Hans",
    "yue-Hant": "yue-HK",
    "zh-HK": "zh-Hant",
    "zh-Hant": "zh-TW",
    "zh-Hant-HK": "zh-HK",
    "zh-Hant-MO": "zh-Hant-HK",
    "zh-TW": "",
  ]

  /// The regions whose variety of a language falls back to that of a region, of a continent or of the world.
  private static let regional = [
    "en-001": """
    AF AM AO AR AW AX AZ BF BH BJ BL BO BQ BR CD CF CG CI CM CR CU CV DO DZ EC EG EH ER ET FM GA
    GB GF GN GP GQ GT HN HT IC ID IL IQ JO KG KH KM KW KZ LA LB LR LY MA MF MG ML MM MN MQ MR MZ
    NC NE NI NP OM PE PF PM PS PW QA RE RW SJ SM SN SO ST SV SX SY TD TF TG TH TJ TK TL TM TN UY
    UZ VE VN WF YE YT
    """,
    "en-150": """
    AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GE GL GR HR HU IS IT LI LT LU LV MC MD ME
    MK NL NO PL PT RO RS RU SE SI SK UA VA
    """,
    "en-AU": """
    CC CK CX NF NR NU NZ PG WS
    """,
    "en-GB": """
    150 AG AI AU BB BD BM BN BS BW BZ DG DM FJ FK GD GG GH GI GM GY HK IE IM IN IO JE JM KE KI KN
    KY LC LK LS MO MS MT MU MV MW MY NA NG PK PN SB SC SD SG SH SL SS SZ TC TO TT TV TZ UG VC VG
    VU ZA ZM ZW
    """,
    "es-419": """
    AG AI AR AW BB BL BM BO BQ BR BS BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GT GY HN HT JP
    KN KY LC MF MQ MS MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI
    """,
    "pt-PT": """
    AO CH CV FR GQ GW LU MO MZ ST TL
    """,
  ]
}
