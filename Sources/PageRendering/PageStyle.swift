import Presentation

/// The style sheet of a page.
enum PageStyle {
  /// Returns the colours of an appearance as CSS variables.
  static func variables(_ look: Appearance) -> String {
    """
    :root{color-scheme:\(look.rawValue);--background:\(look.background.css);--card:\(look.card.css);\
    --bubble:\(look.bubble.css);--rule:\(look.line.css);--text:\(look.text.css);--secondary:\(look.secondary.css);\
    --destructive:\(look.destructive.css);--field:\(look.field.css);\
    --ground:\(look.pictureGround?.css ?? "transparent")}
    """
  }

  /// Returns the colours of an app as CSS.
  ///
  /// - Parameter accent: 0xRRGGBB; nil for the host's own.
  static func accent(_ accent: UInt32?, _ look: Appearance) -> String {
    let colours = AccentColour(accent, look)
    return "--tint:\(colours.tint.css);--fill:\(colours.fill.css);--label:\(colours.label.css)"
  }

  /// The rules that are the same in every appearance.
  ///
  /// Lines begin where the page's language has them begin: texts have directions of their own (`dir=auto`), and on a page
  /// that is read from the right they stand there all the same. Spaces and line breaks are kept, for code.
  static let rules =
    #"""
    *{box-sizing:border-box;margin:0;padding:0}
    body{background:var(--background);color:var(--text);font:15px/normal "Noto Sans","Noto Sans CJK JP","Noto Sans CJK SC",system-ui,sans-serif;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
    :lang(zh){font-family:"Noto Sans","Noto Sans CJK SC",system-ui,sans-serif}:lang(zh-Hant),:lang(zh-TW),:lang(zh-HK){font-family:"Noto Sans","Noto Sans CJK TC",system-ui,sans-serif}:lang(ko){font-family:"Noto Sans","Noto Sans CJK KR",system-ui,sans-serif}
    html[dir=rtl] body{text-align:right}
    main{display:flex;flex-wrap:wrap;align-items:flex-start}
    figure{width:410px;max-width:100%;padding:20px}figcaption{font-size:12px;color:var(--secondary);margin:-6px 14px 8px}
    h2,h3{font-size:15px;font-weight:700}b{font-weight:700}small{font-size:12px}
    [dir=auto]{unicode-bidi:plaintext;white-space:pre-wrap}
    [dir=auto].line{display:block;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;min-width:0}
    [class*=lines-]{display:-webkit-box;-webkit-box-orient:vertical;overflow:hidden}
    .lines-2{-webkit-line-clamp:2}.lines-3{-webkit-line-clamp:3}.lines-4{-webkit-line-clamp:4}.lines-6{-webkit-line-clamp:6}.lines-8{-webkit-line-clamp:8}.lines-30{-webkit-line-clamp:30}.lines-60{-webkit-line-clamp:60}
    code{font-family:"Noto Sans Mono",monospace;font-size:inherit}
    img{background:var(--ground)}
    button{font:inherit;color:inherit;background:none;border:0;text-align:inherit;overflow-wrap:anywhere;cursor:pointer}
    .card{background:var(--card);border-radius:22px}
    time{font-size:12px;color:var(--secondary);flex:none}
    .texts{flex:1;min-width:0;display:flex;flex-direction:column}
    .icon{flex:none;display:flex;align-items:center;justify-content:center;color:#fff;font-weight:700;line-height:1;border-radius:23%;overflow:hidden}
    .icon-40{width:40px;height:40px;font-size:22px}.icon-22{width:22px;height:22px;font-size:12.1px}
    .clock{display:block;font-size:76px;font-weight:700;color:var(--text);text-align:center;padding-bottom:40px;unicode-bidi:plaintext}
    .lock,.hidden{min-height:520px;padding:56px 20px 40px}
    .short{display:flex;align-items:center;padding:14px;gap:12px;min-height:68px}
    .short .texts>*{margin-bottom:1px}.short header{display:flex;gap:10px;align-items:baseline}.short header .line{flex:1}
    .short h3{font-size:14px}.short .thumbnail{width:44px;height:44px;object-fit:cover;border-radius:8px;flex:none;margin:-2px 0 -2px -2px}
    html[dir=rtl] .thumbnail{margin:-2px -2px -2px 0}
    .long{display:flex;flex-direction:column;padding:14px}
    .long header{display:flex;align-items:center;gap:8px;height:22px;margin-bottom:10px;font-size:13px;color:var(--secondary)}.long header .line{flex:1}
    .long>h2{font-size:17px;margin-bottom:2px}.long>h3{margin-bottom:2px}.long>.body{margin-bottom:8px}.long>.own{margin:0 0 4px}.long>.level{margin-bottom:4px}
    .long>.element{margin:4px 0 6px}.long>:last-child{margin-bottom:0}
    .long>.title{font-size:19px}.caption{font-size:12px;color:var(--secondary)}.level{font-size:11px;font-weight:700;color:var(--secondary)}.label{font-size:13px;color:var(--secondary);margin-bottom:5px}
    .picture{display:block;max-width:100%;border-radius:12px}.picture.fill,.picture.avatar,.picture.icon{object-fit:cover}.picture.avatar{border-radius:50%}.picture.icon{border-radius:23%}
    .image{display:flex;flex-direction:column;align-items:flex-start}.image.center{align-items:center}.image.end{align-items:flex-end}.image .caption{margin-top:4px}
    .center,.center .caption{text-align:center}.end,.end .caption{text-align:end}html[dir=rtl] .end,html[dir=rtl] .end .caption{text-align:left}html[dir=ltr] .end,html[dir=ltr] .end .caption{text-align:right}
    .columns{display:grid;gap:12px}.cells{display:flex;flex-direction:column;gap:4px;min-width:0}.text-first{align-self:baseline}.cell.title{font-size:17px;font-weight:700}
    .remaining{font-size:28px;font-weight:700}.countdown .label{margin-bottom:0}
    .map{display:block;width:100%;height:auto;border-radius:12px;background:var(--bubble)}.map .grid{stroke:var(--rule);fill:none}.map .route{fill:none;stroke:var(--tint);stroke-width:3;stroke-linejoin:round;stroke-linecap:round}.map .casing{stroke:var(--card);stroke-width:5}
    .map .area{fill:var(--tint);fill-opacity:.18;fill-rule:evenodd}.map .outline{fill:none;stroke:var(--tint);stroke-width:1.5}.map .plate{fill:var(--card)}.map text,.pin text{font-size:10px;font-weight:700}.map .name{font-size:12px;fill:var(--text)}.map .scale{font-weight:400;fill:var(--secondary)}.map .bar{fill:none;stroke:var(--text);stroke-width:2}
    .map .frame{fill:none;stroke:var(--rule)}.places.listed{margin-top:8px}
    dl{display:grid;grid-template-columns:fit-content(40%) minmax(0,1fr);gap:5px 14px;align-items:baseline;font-size:14px}dt{color:var(--secondary)}
    .bar{height:8px;border-radius:4px;background:var(--bubble);overflow:hidden}.bar i{display:block;height:8px;min-width:8px;border-radius:4px;background:var(--tint)}
    ol,ul,menu{list-style:none}
    .timeline li,.places li{position:relative;display:flex;gap:10px;padding-inline-start:24px;font-size:14px}
    .timeline li{padding-bottom:10px}.timeline li:last-child{padding-bottom:2px}.timeline b{font-weight:400}.timeline .current b,.timeline .failed b{font-weight:700}.timeline .failed b{color:var(--destructive)}
    .timeline small,.places small{color:var(--secondary)}.timeline small{margin-top:1px}.timeline .upcoming b{color:var(--secondary)}
    .timeline time.line{max-width:110px}.timeline li{align-items:baseline}.places li{align-items:flex-start}
    .timeline li:not(:last-child)::before{content:"";position:absolute;inset-inline-start:6px;top:16px;bottom:-3px;width:2px;background:var(--bubble)}
    .timeline li.done:not(:last-child)::before{background:var(--tint)}
    .dot{position:absolute;inset-inline-start:0;top:3px}.places .pin{position:absolute;inset-inline-start:-1px;top:0}
    .places li{min-height:22px}.places li+li{margin-top:6px}
    svg{flex:none;fill:currentColor}svg .tint{fill:var(--tint)}svg .secondary{stroke:var(--secondary)}svg .tint.ring{stroke:var(--tint)}svg .ring{fill:none;stroke-width:2}svg .line{fill:none;stroke:currentColor}
    svg .red{fill:var(--destructive)}.pin .hole,.map .hole{fill:var(--card)}svg .cross{fill:none;stroke:var(--card);stroke-width:1.75}svg .fill{fill:var(--fill)}.play .hole{fill:var(--label)}
    .conversation{display:flex;flex-direction:column;gap:6px}.conversation li{display:flex;flex-direction:column;align-items:flex-start;gap:2px}.conversation .own{align-items:flex-end}
    .faces .other{padding-inline-start:34px;position:relative}.face{position:absolute;inset-inline-start:0;bottom:0;width:28px;height:28px;border-radius:50%;object-fit:cover}.photo{display:block;max-width:100%}.photo+p{margin-top:1px}.conversation.faces p{max-width:calc(246.4px + 22px)}
    .conversation small{font-size:11px;color:var(--secondary);padding:0 4px;max-width:80%}
    .conversation p{max-width:calc(246.24px + 22px);padding:7px 11px;border-radius:15px;background:var(--bubble)}.conversation .own p{background:var(--fill);color:var(--label)}
    .buttons{display:flex;flex-wrap:wrap;gap:8px}.buttons button{max-width:100%;padding:7px 14px;border-radius:9px;background:var(--bubble);color:var(--tint);font-size:14px;font-weight:700}
    .destructive,.buttons .destructive{color:var(--destructive)}
    .field{display:flex;align-items:center;gap:2px;padding:8px 12px;border-radius:10px;background:var(--field);box-shadow:inset 0 0 0 1px var(--rule);font-size:14px}
    .field input{flex:1;min-width:0;border:0;background:none;font:inherit;color:var(--text);text-align:inherit;text-overflow:ellipsis;outline-offset:6px}
    .field input::placeholder{color:var(--secondary);opacity:1;unicode-bidi:plaintext}.field button{max-width:110px;font-weight:700;color:var(--tint)}
    .media{display:flex;align-items:center;gap:13px;min-height:44px;padding:7px 18px 7px 9px;border-radius:12px;background:var(--bubble);font-size:14px}html[dir=rtl] .media{padding:7px 9px 7px 18px}
    menu{margin-top:10px;border-radius:16px;overflow:hidden}menu button{display:flex;align-items:center;justify-content:space-between;gap:10px;width:100%;min-height:44px;padding:10px 14px;font-size:16px}
    menu button>span{max-width:290px}
    menu li+li{box-shadow:inset 0 1px var(--rule)}
    button:focus-visible,input:focus-visible{outline:2px solid var(--tint)}
    """#
}
