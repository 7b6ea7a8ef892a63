// Written by Tests/LocalizationTests/cldr.py from babel 2.18.0 (CLDR, Unicode licence v3).

/// How languages write numbers in their own digits: signs, and how digits are grouped.
enum NumberData {
  /// Signs, digits and groups, and the locales that have them.
  ///
  /// The Unicode scalars of decimal, group and minus sign, of digit zero, in hexadecimal ('-' joins
  /// several of one sign, as in 200E-2D); the digits of the last group and of those before it, 0 where
  /// there are no groups; the fewest digits before the first group sign.
  ///
  /// A locale that writes as the one it inherits from is left out; none inherits from the root.
  static let sets: [(format: String, locales: String)] = [
    (
      "2E 2C 2D 30 3 3 1",
      """
      aa ab ak am an ann apc arn asa ba bal bal-Latn bem bew bez blt bm bm-Nkoo bo bss byn cad cch ce ceb
      cgg cho chr cic co cop csw cu cy dav doi ebu en en-Dsrt en-Shaw es-419 fil frr ga gaa gd gez gn guz
      gv ha ha-Arab haw ig ii io iu iu-Latn ja jbo jmc kaa kaa-Latn kaj kam kcg kde ken ki kk-Arab kln km
      kn ko kok kpe ks-Deva ksb kw la lag lg lkt lmo ltg luo luy mai mas mdf mer mg mgo mhn mi mic mn
      mn-Mong moh ms ms-Arab mt mus myv naq nd nds nus nv ny nyn oc om osa pap pcm pis prg qu quc rhg rif
      rof rwk saq sbp scn sd-Deva shn si sid skr sma smj sms sn so ssy st sw syr szl ta-MY ta-SG teo th ti
      tig to tpi trv trw tyv ug vai vai-Latn vmw vo vun wa wal wbp xog yi yo yue yue-Hans za zh zh-Hant
      zh-Latn zu
      """
    ),
    (
      "2C A0 2D 30 3 3 1",
      """
      af agq bas blo br cs cv de-AT dua dyo en-CZ en-FI en-HU en-NO en-PT en-SE en-SK en-ZA eo es-CR ewo
      ff fr-CA ht hu hy ie kab kea kk ksf ky nmg nr os pt-AO ru sah shi shi-Latn sk smn ss tg tk ts tt tzm
      uk uz uz-Cyrl ve yav zgh
      """
    ),
    (
      "2E 2C 200E-2D 30 3 3 1",
      """
      ar he ur
      """
    ),
    (
      "66B 66C 61C-2D 660 3 3 1",
      """
      ar-BH ar-DJ ar-EG ar-ER ar-IL ar-IQ ar-JO ar-KM ar-KW ar-LB ar-MR ar-OM ar-PS ar-QA ar-SA ar-SD
      ar-SO ar-SS ar-SY ar-TD ar-YE sd sdh
      """
    ),
    (
      "2C 2E 200E-2D 30 3 3 1",
      """
      ar-DZ ar-LY ar-MA ar-TN
      """
    ),
    (
      "2E 2C 2D 9E6 3 2 1",
      """
      as bn
      """
    ),
    (
      "2C 2E 2D 30 3 3 1",
      """
      ast az az-Cyrl bs bs-Cyrl ca da de dsb el en-AT en-BE en-DE en-DK en-ES en-ID en-IT en-NL en-PL
      en-RO en-SI es-AR es-BO es-CL es-CO es-EC es-PY es-UY es-VE fr-LU fr-MA fur fy gl hsb id is it jgo
      jv kgp kkj kl ku lb lij lld ln lo lu mgh mk ms-Arab-BN ms-BN ms-ID mua nl nnh pt qu-BO rn ro rw sc
      seh sg sr sr-Latn su sw-CD tr vi wo yrl
      """
    ),
    (
      "66B 66C 200E-2D-200E 6F0 3 3 1",
      """
      az-Arab bgn ks lrc mzn pa-Arab ps ur-IN uz-Arab
      """
    ),
    (
      "2C A0 2D 30 3 3 2",
      """
      be bg ka lv pl pt-PT ru-UA sq
      """
    ),
    (
      "2E 2C 2D 966 3 3 1",
      """
      bgc bho raj sat-Deva
      """
    ),
    (
      "2E 2C 2D 30 3 2 1",
      """
      brx dv en-IN gu hi kok-Latn kxv kxv-Deva kxv-Orya kxv-Telu ml or pa ta te xnr
      """
    ),
    (
      "2E 2C 2D 11136 3 2 1",
      """
      ccp
      """
    ),
    (
      "66B 66C 200F-2D 660 3 3 1",
      """
      ckb
      """
    ),
    (
      "2E 2019 2D 30 3 3 1",
      """
      de-CH de-LI en-CH it-CH tn
      """
    ),
    (
      "2E A0 2D 30 3 3 1",
      """
      dje khq mfe nso ses twq xh
      """
    ),
    (
      "2E 2C 2D F20 3 2 1",
      """
      dz
      """
    ),
    (
      "2E 2C 2D 30 3 3 3",
      """
      ee
      """
    ),
    (
      "2C 202F 2D 30 3 3 1",
      """
      en-FR fr vec
      """
    ),
    (
      "2E 2C 2D 30 0 0 1",
      """
      en-US-POSIX
      """
    ),
    (
      "2C 2E 2D 30 3 3 2",
      """
      es ia
      """
    ),
    (
      "2C A0 2212 30 3 3 2",
      """
      et
      """
    ),
    (
      "2C 2E 2212 30 3 3 1",
      """
      eu fo hr sl
      """
    ),
    (
      "66B 66C 200E-2212 6F0 3 3 1",
      """
      fa
      """
    ),
    (
      "2E 2E41 2D 1E950 3 3 1",
      """
      ff-Adlm
      """
    ),
    (
      "2C A0 2212 30 3 3 1",
      """
      fi ksh lt no se sv
      """
    ),
    (
      "2E 2019 2212 30 3 3 1",
      """
      gsw rm
      """
    ),
    (
      "2E 2C 2D 1E140 3 3 1",
      """
      hnj
      """
    ),
    (
      "2E 2C 2D 9E6 3 3 1",
      """
      mni
      """
    ),
    (
      "2E 2C 2D ABF0 3 3 1",
      """
      mni-Mtei
      """
    ),
    (
      "2E 2C 2D 966 3 2 1",
      """
      mr ne sa
      """
    ),
    (
      "2E 2C 2D 1040 3 3 1",
      """
      my
      """
    ),
    (
      "2E 60C 2D 7C0 3 3 1",
      """
      nqo
      """
    ),
    (
      "2E 2C 2D 1C50 3 3 1",
      """
      sat
      """
    ),
    (
      "2C A0 2D 30 2 2 1",
      """
      tok
      """
    ),
    (
      "2C 2019 2D 30 3 3 1",
      """
      wae
      """
    ),
  ]
}
