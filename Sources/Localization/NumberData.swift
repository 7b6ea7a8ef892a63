// Written by Tests/LocalizationTests/cldr.py from babel 2.19.0 (CLDR 49, Unicode licence v3).

/// The numbers of languages in their own digits: signs, and groups of digits.
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
      aa ab ak am an ann apc arn ary asa bal bal-Latn bem bew bez blt bm bm-Nkoo bo bqi brh bss byn cad
      cch ce ceb cgg cho chr cic co cop csw cu cy dav doi ebu en en-Dsrt en-Shaw es-419 fil fr-RW frr ga
      gaa gd gez gn guz gv ha ha-Arab haw hrx ig ii io isv isv-Cyrl iu iu-Latn ja jbo jmc kaa kaa-Latn kaj
      kam kcg kde kek ken ki kln km kn ko kpe ks-Deva ksb ku-Arab kw la lag lg lkt ltg luo luy lzz mai mas
      mdf mer mg mgo mhn mi mic mn mn-Mong moh mrh ms ms-Arab mt mus myv naq nd nso nus nv ny nyn oka om
      osa pap pcm pi pis qu quc rhg rif rof rwk saq sbp sd-Deva sgs shn si sid skr sma smj sms sn so ssy
      st sus suz suz-Sunu sw syr ta-MY ta-SG teo th ti tig tpi trv trw ug vai vai-Latn vo vun wa wal wbp
      xdq xog yi yo yue yue-Hans za zh zh-Hant zh-Latn zu
      """
    ),
    (
      "2C A0 2D 30 3 3 1",
      """
      ady af agq ba bas br bua cs cv de-AT dua dyo en-CZ en-EE en-FI en-HU en-LT en-LV en-NO en-PT en-SE
      en-SK en-UA en-ZA es-CR ewo ff fr-CA gl ht kab kbd kea kk ksf ky nmg nr oc os prg pt-AO ru sah shi
      shi-Latn sk smn ss szl tg tk ts tt tzm uk uz uz-Cyrl ve yav zgh
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
      ar-SO ar-SS ar-SY ar-TD ar-YE sdh
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
      en-RO en-SI es-AR es-BO es-CL es-CO es-EC es-PY es-UY es-VE fr-LU fr-MA fur fy hsb id is jgo jv kgp
      kkj kl ku lb lij lld ln lo lu mgh mk ms-Arab-BN ms-BN ms-ID mua nds nl nnh pms pt qu-BO rn ro rw sc
      scn seh sg sr sr-Latn su sw-CD tr vi vmw wo yrl
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
      be bg hu hy ie ka lv pl pt-PT ru-UA sq
      """
    ),
    (
      "2E 2C 2D 966 3 3 1",
      """
      bgc bho raj sat-Deva
      """
    ),
    (
      "2C 202F 2D 30 3 3 1",
      """
      blo en-FR en-GE eo fr rm vec
      """
    ),
    (
      "2E 2C 2D 30 3 2 1",
      """
      bn-IN brx dv en-IN gu hi kok kok-Latn kxv kxv-Deva kxv-Orya kxv-Telu ml or pa ta te xnr
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
      "2E 27 2D 30 3 3 1",
      """
      de-CH de-LI en-CH tn
      """
    ),
    (
      "2E A0 2D 30 3 3 1",
      """
      dje khq kk-Arab mfe ses to twq tyv xh
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
      "2E 2C 2D 30 0 0 1",
      """
      en-US-POSIX
      """
    ),
    (
      "2C 2E 2D 30 3 3 2",
      """
      es ia it
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
      eu fo hr
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
      "2C 27 2D 30 3 3 1",
      """
      fr-CH lmo wae
      """
    ),
    (
      "2E 27 2212 30 3 3 1",
      """
      gsw
      """
    ),
    (
      "2E 2C 2D 1E140 3 3 1",
      """
      hnj mww
      """
    ),
    (
      "2E 27 2D 30 3 3 2",
      """
      it-CH
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
      "2E 66C 61C-2D 660 3 3 1",
      """
      sd
      """
    ),
    (
      "2C 2E 2212 30 3 3 2",
      """
      sl
      """
    ),
    (
      "2C A0 2D 30 2 2 1",
      """
      tok
      """
    ),
  ]
}
