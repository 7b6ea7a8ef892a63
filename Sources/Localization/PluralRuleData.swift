// Written by Tests/LocalizationTests/cldr.py from babel 2.19.0 (CLDR 49, Unicode licence v3).

/// The cardinal rules of CLDR, in its own notation (UTS 35 part 3, Language Plural Rules), and their locales.
enum PluralRuleData {
  static let sets: [(rules: String, locales: String)] = [
    (
      "one: n = 1",
      """
      af an asa az bal bem bez bg brx ce cgg chr ckb dv ee el eo eu fo fur gsw ha haw hu jgo jmc ka kaj
      kcg kk kkj kl ks ksb ku ky lb lg mas mgo ml mn mr nb nd ne nn nnh no nr ny nyn om or os pap ps rm
      rof rwk saq sd sdh seh sn so sq ss ssy st syr ta te teo tig tk tn tr ts ug uz ve vo vun wae xh xog
      """
    ),
    (
      "one: n = 0..1",
      """
      ak bho csw ln mg nso pa ti wa
      """
    ),
    (
      "one: i = 0 or n = 1",
      """
      am as bn doi fa gu hi kn kok pcm tg vi zu
      """
    ),
    (
      "zero: n = 0; one: n = 1; two: n = 2; few: n % 100 = 3..10; many: n % 100 = 11..99",
      """
      ar
      """
    ),
    (
      "one: i = 1 and v = 0",
      """
      ast de en et fi fy ia ie io lij nl sc sv sw ur yi
      """
    ),
    (
      "one: n % 10 = 1 and n % 100 != 11; few: n % 10 = 2..4 and n % 100 != 12..14; many: n % 10 = 0 or n % 10 = 5..9 or n % 100 = 11..14",
      """
      be
      """
    ),
    (
      "zero: n = 0; one: n = 1",
      """
      blo cv ksh
      """
    ),
    (
      "",
      """
      bm bo dz hnj id ig ii ja jbo jv kde kea km ko lkt lo ms my nqo osa sah ses sg su th to tpi wo yo yue
      zh
      """
    ),
    (
      "one: n % 10 = 1 and n % 100 != 11,71,91; two: n % 10 = 2 and n % 100 != 12,72,92; few: n % 10 = 3..4,9 and n % 100 != 10..19,70..79,90..99; many: n != 0 and n % 1000000 = 0",
      """
      br
      """
    ),
    (
      "one: v = 0 and i % 10 = 1 and i % 100 != 11 or f % 10 = 1 and f % 100 != 11; few: v = 0 and i % 10 = 2..4 and i % 100 != 12..14 or f % 10 = 2..4 and f % 100 != 12..14",
      """
      bs hr sr
      """
    ),
    (
      "one: i = 1 and v = 0; many: e = 0 and i != 0 and i % 1000000 = 0 and v = 0 or e != 0..5",
      """
      ca gl it lld pt-PT scn vec
      """
    ),
    (
      "one: v = 0 and i = 1,2,3 or v = 0 and i % 10 != 4,6,9 or v != 0 and f % 10 != 4,6,9",
      """
      ceb fil
      """
    ),
    (
      "one: i = 1 and v = 0; few: i = 2..4 and v = 0; many: v != 0",
      """
      cs sk
      """
    ),
    (
      "zero: n = 0; one: n = 1; two: n = 2; few: n = 3; many: n = 6",
      """
      cy
      """
    ),
    (
      "one: n = 1 or t != 0 and i = 0,1",
      """
      da
      """
    ),
    (
      "one: v = 0 and i % 100 = 1 or f % 100 = 1; two: v = 0 and i % 100 = 2 or f % 100 = 2; few: v = 0 and i % 100 = 3..4 or f % 100 = 3..4",
      """
      dsb hsb
      """
    ),
    (
      "one: n = 1; many: e = 0 and i != 0 and i % 1000000 = 0 and v = 0 or e != 0..5",
      """
      es
      """
    ),
    (
      "one: i = 0,1",
      """
      ff hy kab
      """
    ),
    (
      "one: i = 0..1; many: e = 0 and i != 0 and i % 1000000 = 0 and v = 0 or e != 0..5",
      """
      fr pt
      """
    ),
    (
      "one: n = 1; two: n = 2; few: n = 3..6; many: n = 7..10",
      """
      ga
      """
    ),
    (
      "one: n = 1,11; two: n = 2,12; few: n = 3..10,13..19",
      """
      gd
      """
    ),
    (
      "one: v = 0 and i % 10 = 1; two: v = 0 and i % 10 = 2; few: v = 0 and i % 100 = 0,20,40,60,80; many: v != 0",
      """
      gv
      """
    ),
    (
      "one: i = 1 and v = 0 or i = 0 and v != 0; two: i = 2 and v = 0",
      """
      he
      """
    ),
    (
      "one: t = 0 and i % 10 = 1 and i % 100 != 11 or t % 10 = 1 and t % 100 != 11",
      """
      is
      """
    ),
    (
      "one: n = 1; two: n = 2",
      """
      iu naq sat se sma smj smn sms
      """
    ),
    (
      "zero: n = 0; one: n = 1; two: n % 100 = 2,22,42,62,82 or n % 1000 = 0 and n % 100000 = 1000..20000,40000,60000,80000 or n != 0 and n % 1000000 = 100000; few: n % 100 = 3,23,43,63,83; many: n != 1 and n % 100 = 1,21,41,61,81",
      """
      kw
      """
    ),
    (
      "zero: n = 0; one: i = 0,1 and n != 0",
      """
      lag
      """
    ),
    (
      "one: n % 10 = 1 and n % 100 != 11..19; few: n % 10 = 2..9 and n % 100 != 11..19; many: f != 0",
      """
      lt
      """
    ),
    (
      "zero: n % 10 = 0 or n % 100 = 11..19 or v = 2 and f % 100 = 11..19; one: n % 10 = 1 and n % 100 != 11 or v = 2 and f % 10 = 1 and f % 100 != 11 or v != 2 and f % 10 = 1",
      """
      lv prg
      """
    ),
    (
      "one: v = 0 and i % 10 = 1 and i % 100 != 11 or f % 10 = 1 and f % 100 != 11",
      """
      mk
      """
    ),
    (
      "one: n = 1; two: n = 2; few: n = 0 or n % 100 = 3..10; many: n % 100 = 11..19",
      """
      mt
      """
    ),
    (
      "one: i = 1 and v = 0; few: v = 0 and i % 10 = 2..4 and i % 100 != 12..14; many: v = 0 and i != 1 and i % 10 = 0..1 or v = 0 and i % 10 = 5..9 or v = 0 and i % 100 = 12..14",
      """
      pl
      """
    ),
    (
      "one: i = 1 and v = 0; few: v != 0 or n = 0 or n != 1 and n % 100 = 1..19",
      """
      ro
      """
    ),
    (
      "one: v = 0 and i % 10 = 1 and i % 100 != 11; few: v = 0 and i % 10 = 2..4 and i % 100 != 12..14; many: v = 0 and i % 10 = 0 or v = 0 and i % 10 = 5..9 or v = 0 and i % 100 = 11..14",
      """
      ru uk
      """
    ),
    (
      "one: n % 10 = 1 and n % 100 != 11; two: n = 2; few: n != 2 and n % 10 = 2..9 and n % 100 != 11..19; many: f != 0",
      """
      sgs
      """
    ),
    (
      "one: i = 0 or n = 1; few: n = 2..10",
      """
      shi
      """
    ),
    (
      "one: n = 0,1 or i = 0 and f = 1",
      """
      si
      """
    ),
    (
      "one: v = 0 and i % 100 = 1; two: v = 0 and i % 100 = 2; few: v = 0 and i % 100 = 3..4 or v != 0",
      """
      sl
      """
    ),
    (
      "one: n = 0..1 or n = 11..99",
      """
      tzm
      """
    ),
  ]
}
