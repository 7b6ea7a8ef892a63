// Written by Tests/LocalizationTests/cldr.py from babel 2.18.0 (CLDR, Unicode licence v3).

/// What CLDR knows of languages: pairs of words, or three.
enum LanguageData {
  /// The script and the region that a language has where none is said: `de Latn DE`.
  static let likely = """
    aa Latn ET, ab Cyrl GE, af Latn ZA, agq Latn CM, ak Latn GH, am Ethi ET, an Latn ES, ann Latn NG,
    apc Arab SY, ar Arab EG, arn Latn CL, as Beng IN, asa Latn TZ, ast Latn ES, az Latn AZ, ba Cyrl RU,
    bal Arab PK, bas Latn CM, be Cyrl BY, bem Latn ZM, bew Latn ID, bez Latn TZ, bg Cyrl BG, bgc Deva
    IN, bgn Arab PK, bho Deva IN, blo Latn BJ, blt Tavt VN, bm Latn ML, bn Beng BD, bo Tibt CN, br Latn
    FR, brx Deva IN, bs Latn BA, bss Latn CM, byn Ethi ER, ca Latn ES, cad Latn US, cch Latn NG, ccp
    Cakm BD, ce Cyrl RU, ceb Latn PH, cgg Latn UG, cho Latn US, chr Cher US, cic Latn US, ckb Arab IQ,
    co Latn FR, cop Copt EG, cs Latn CZ, csw Cans CA, cu Cyrl RU, cv Cyrl RU, cy Latn GB, da Latn DK,
    dav Latn KE, de Latn DE, dje Latn NE, doi Deva IN, dsb Latn DE, dua Latn CM, dv Thaa MV, dyo Latn
    SN, dz Tibt BT, ebu Latn KE, ee Latn GH, el Grek GR, en Latn US, eo Latn 001, es Latn ES, et Latn
    EE, eu Latn ES, ewo Latn CM, fa Arab IR, ff Latn SN, fi Latn FI, fil Latn PH, fo Latn FO, fr Latn
    FR, frr Latn DE, fur Latn IT, fy Latn NL, ga Latn IE, gaa Latn GH, gd Latn GB, gez Ethi ET, gl Latn
    ES, gn Latn PY, gsw Latn CH, gu Gujr IN, guz Latn KE, gv Latn IM, ha Latn NG, haw Latn US, he Hebr
    IL, hi Deva IN, hnj Hmnp US, hr Latn HR, hsb Latn DE, ht Latn HT, hu Latn HU, hy Armn AM, ia Latn
    001, id Latn ID, ie Latn EE, ig Latn NG, ii Yiii CN, io Latn 001, is Latn IS, it Latn IT, iu Cans
    CA, ja Jpan JP, jbo Latn 001, jgo Latn CM, jmc Latn TZ, jv Latn ID, ka Geor GE, kaa Cyrl UZ, kab
    Latn DZ, kaj Latn NG, kam Latn KE, kcg Latn NG, kde Latn TZ, kea Latn CV, ken Latn CM, kgp Latn BR,
    khq Latn ML, ki Latn KE, kk Cyrl KZ, kkj Latn CM, kl Latn GL, kln Latn KE, km Khmr KH, kn Knda IN,
    ko Kore KR, kok Deva IN, kpe Latn LR, ks Arab IN, ksb Latn TZ, ksf Latn CM, ksh Latn DE, ku Latn TR,
    kw Latn GB, kxv Latn IN, ky Cyrl KG, la Latn VA, lag Latn TZ, lb Latn LU, lg Latn UG, lij Latn IT,
    lkt Latn US, lld Latn IT, lmo Latn IT, ln Latn CD, lo Laoo LA, lrc Arab IR, lt Latn LT, ltg Latn LV,
    lu Latn CD, luo Latn KE, luy Latn KE, lv Latn LV, mai Deva IN, mas Latn KE, mdf Cyrl RU, mer Latn
    KE, mfe Latn MU, mg Latn MG, mgh Latn MZ, mgo Latn CM, mhn Latn IT, mi Latn NZ, mic Latn CA, mk Cyrl
    MK, ml Mlym IN, mn Cyrl MN, mni Beng IN, moh Latn CA, mr Deva IN, ms Latn MY, mt Latn MT, mua Latn
    CM, mus Latn US, my Mymr MM, myv Cyrl RU, mzn Arab IR, naq Latn NA, nb Latn NO, nd Latn ZW, nds Latn
    DE, ne Deva NP, nl Latn NL, nmg Latn CM, nn Latn NO, nnh Latn CM, no Latn NO, nqo Nkoo GN, nr Latn
    ZA, nso Latn ZA, nus Latn SS, nv Latn US, ny Latn MW, nyn Latn UG, oc Latn FR, om Latn ET, or Orya
    IN, os Cyrl GE, osa Osge US, pa Guru IN, pap Latn CW, pcm Latn NG, pis Latn SB, pl Latn PL, prg Latn
    PL, ps Arab AF, pt Latn BR, qu Latn PE, quc Latn GT, raj Deva IN, rhg Rohg MM, rif Latn MA, rm Latn
    CH, rn Latn BI, ro Latn RO, rof Latn TZ, ru Cyrl RU, rw Latn RW, rwk Latn TZ, sa Deva IN, sah Cyrl
    RU, saq Latn KE, sat Olck IN, sbp Latn TZ, sc Latn IT, scn Latn IT, sd Arab PK, sdh Arab IR, se Latn
    NO, seh Latn MZ, ses Latn ML, sg Latn CF, shi Tfng MA, shn Mymr MM, si Sinh LK, sid Latn ET, sk Latn
    SK, skr Arab PK, sl Latn SI, sma Latn SE, smj Latn SE, smn Latn FI, sms Latn FI, sn Latn ZW, so Latn
    SO, sq Latn AL, sr Cyrl RS, ss Latn ZA, ssy Latn ER, st Latn ZA, su Latn ID, sv Latn SE, sw Latn TZ,
    syr Syrc IQ, szl Latn PL, ta Taml IN, te Telu IN, teo Latn UG, tg Cyrl TJ, th Thai TH, ti Ethi ET,
    tig Ethi ER, tk Latn TM, tn Latn ZA, to Latn TO, tok Latn 001, tpi Latn PG, tr Latn TR, trv Latn TW,
    trw Arab PK, ts Latn ZA, tt Cyrl RU, twq Latn NE, tyv Cyrl RU, tzm Latn MA, ug Arab CN, uk Cyrl UA,
    ur Arab PK, uz Latn UZ, vai Vaii LR, ve Latn ZA, vec Latn IT, vi Latn VN, vmw Latn MZ, vo Latn 001,
    vun Latn TZ, wa Latn BE, wae Latn CH, wal Ethi ET, wbp Latn AU, wo Latn SN, xh Latn ZA, xnr Deva IN,
    xog Latn UG, yav Latn CM, yi Hebr UA, yo Latn NG, yrl Latn BR, yue Hant HK, za Latn CN, zgh Tfng MA,
    zh Hans CN, zu Latn ZA,
    """

  /// The script that a language has in a region, where it is another: `zh-TW Hant`.
  static let scripts = """
    az-IQ Arab, az-IR Arab, az-RU Cyrl, ha-CM Arab, ha-SD Arab, kk-AF Arab, kk-CN Arab, kk-IR Arab,
    kk-MN Arab, ku-LB Arab, ky-CN Arab, ky-TR Latn, mn-CN Mong, ms-CC Arab, pa-PK Arab, sd-IN Deva,
    sr-ME Latn, sr-RO Latn, sr-TR Latn, tg-PK Arab, ug-KZ Cyrl, ug-MN Cyrl, uz-AF Arab, uz-CN Cyrl,
    yue-CN Hans, zh-AU Hant, zh-BN Hant, zh-GB Hant, zh-GF Hant, zh-HK Hant, zh-ID Hant, zh-MO Hant,
    zh-PA Hant, zh-PF Hant, zh-PH Hant, zh-SR Hant, zh-TH Hant, zh-TW Hant, zh-US Hant, zh-VN Hant,
    """

  /// Languages by other names: `iw he`.
  static let aliases = """
    aar aa, abk ab, adp dz, afr af, ajp apc, aka ak, alb sq, als sq, amh am, ara ar, arb ar, arg an, arm
    hy, asm as, aze az, azj az, bak ba, bam bm, baq eu, bcc bal, bel be, ben bn, bh bho, bih bho, bod
    bo, bos bs, bre br, bul bg, bur my, bxk luy, cat ca, ces cs, che ce, chi zh, chu cu, chv cv, cld
    syr, cls sa, cmn zh, cnr sr-ME, cor kw, cos co, cym cy, cze cs, dan da, deu de, dgo doi, div dv, drh
    mn, drw fa-AF, dut nl, dzo dz, ekk et, ell el, eng en, epo eo, est et, eus eu, ewe ee, fao fo, fas
    fa, fat ak, fin fi, fra fr, fre fr, fry fy, fuc ff, ful ff, gaz om, geo ka, ger de, gla gd, gle ga,
    glg gl, glv gv, gom kok, gre el, grn gn, gug gn, guj gu, hat ht, hau ha, hbs sr-Latn, heb he, hin
    hi, hrv hr, hun hu, hye hy, ibo ig, ice is, ido io, iii ii, ike iu, iku iu, ile ie, in id, ina ia,
    ind id, isl is, ita it, iw he, jav jv, ji yi, jpn ja, jw jv, kal kl, kan kn, kas ks, kat ka, kaz kk,
    khk mn, khm km, kik ki, kin rw, kir ky, kmr ku, kor ko, kur ku, lao lo, lat la, lav lv, lin ln, lit
    lt, ltz lb, lub lu, lug lg, lvs lv, mac mk, mal ml, mao mi, mar mr, may ms, mkd mk, mlg mg, mlt mt,
    mo ro, mol ro, mon mn, mri mi, msa ms, mup raj, mya my, nav nv, nbl nr, nde nd, nep ne, nld nl, nno
    nn, nob nb, nor no, npi ne, nya ny, oci oc, ori or, orm om, ory or, oss os, pan pa, pbu ps, per fa,
    pes fa, plt mg, pol pl, por pt, prp gu, prs fa-AF, pus ps, que qu, quz qu, roh rm, ron ro, rum ro,
    run rn, rus ru, sag sg, san sa, scc sr, scr hr, sh sr-Latn, sin si, slk sk, slo sk, slv sl, sme se,
    sna sn, snd sd, som so, sot st, spa es, spy kln, sqi sq, src sc, srd sc, srp sr, ssw ss, sun su, swa
    sw, swc sw-CD, swe sv, swh sw, tam ta, tat tt, tel te, tgk tg, tgl fil, tha th, tib bo, tir ti, tl
    fil, tnf fa-AF, ton to, tsn tn, tso ts, tuk tk, tur tr, tw ak, twi ak, uig ug, ukr uk, urd ur, uzb
    uz, uzn uz, ven ve, vie vi, vol vo, wel cy, wln wa, wol wo, xho xh, xpe kpe, ydd yi, yid yi, yor yo,
    zha za, zho zh, zsm ms, zul zu, zyb za,
    """

  /// Regions by other names: `UK GB`.
  static let regions = """
    BU MM, CT KI, DD DE, DY BJ, FX FR, HV BF, JT UM, MI UM, NH VU, NQ AQ, PU UM, PZ PA, QU EU, RH ZW, TP
    TL, UK GB, VD VN, WK UM, YD YE, ZR CD,
    """

  /// What a locale inherits from, where that is not found by leaving out its last part; nothing where it inherits nothing.
  static let parents = """
    en-150 en-001, en-AG en-001, en-AI en-001, en-AT en-150, en-AU en-001, en-BB en-001, en-BE en-150,
    en-BM en-001, en-BS en-001, en-BW en-001, en-BZ en-001, en-CC en-001, en-CH en-150, en-CK en-001,
    en-CM en-001, en-CX en-001, en-CY en-001, en-CZ en-150, en-DE en-150, en-DG en-001, en-DK en-150,
    en-DM en-001, en-ER en-001, en-ES en-150, en-FI en-150, en-FJ en-001, en-FK en-001, en-FM en-001,
    en-FR en-150, en-GB en-001, en-GD en-001, en-GG en-001, en-GH en-001, en-GI en-001, en-GM en-001,
    en-GS en-001, en-GY en-001, en-HK en-001, en-HU en-150, en-ID en-001, en-IE en-001, en-IL en-001,
    en-IM en-001, en-IN en-001, en-IO en-001, en-IT en-150, en-JE en-001, en-JM en-001, en-KE en-001,
    en-KI en-001, en-KN en-001, en-KY en-001, en-LC en-001, en-LR en-001, en-LS en-001, en-MG en-001,
    en-MO en-001, en-MS en-001, en-MT en-001, en-MU en-001, en-MV en-001, en-MW en-001, en-MY en-001,
    en-NA en-001, en-NF en-001, en-NG en-001, en-NL en-150, en-NO en-150, en-NR en-001, en-NU en-001,
    en-NZ en-001, en-PG en-001, en-PK en-001, en-PL en-150, en-PN en-001, en-PT en-150, en-PW en-001,
    en-RO en-150, en-RW en-001, en-SB en-001, en-SC en-001, en-SD en-001, en-SE en-150, en-SG en-001,
    en-SH en-001, en-SI en-150, en-SK en-150, en-SL en-001, en-SS en-001, en-SX en-001, en-SZ en-001,
    en-TC en-001, en-TK en-001, en-TO en-001, en-TT en-001, en-TV en-001, en-TZ en-001, en-UG en-001,
    en-VC en-001, en-VG en-001, en-VU en-001, en-WS en-001, en-ZA en-001, en-ZM en-001, en-ZW en-001,
    es-AR es-419, es-BO es-419, es-BR es-419, es-BZ es-419, es-CL es-419, es-CO es-419, es-CR es-419,
    es-CU es-419, es-DO es-419, es-EC es-419, es-GT es-419, es-HN es-419, es-JP es-419, es-MX es-419,
    es-NI es-419, es-PA es-419, es-PE es-419, es-PR es-419, es-PY es-419, es-SV es-419, es-US es-419,
    es-UY es-419, es-VE es-419, hi-Latn en-IN, ht fr-HT, nb no, nn no, no-NO no, pt-AO pt-PT, pt-CH
    pt-PT, pt-CV pt-PT, pt-FR pt-PT, pt-GQ pt-PT, pt-GW pt-PT, pt-LU pt-PT, pt-MO pt-PT, pt-MZ pt-PT,
    pt-ST pt-PT, pt-TL pt-PT, zh-Hant-MO zh-Hant-HK,
    """
}
