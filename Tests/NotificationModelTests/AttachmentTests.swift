import LosslessJSON
import NotificationModel
import Testing

/// What `content.attachments` may hold.
struct AttachmentTests {
  @Test(
    arguments: [
      ("[]", nil), (#"[{"url":"file:///a.png"}]"#, nil),
      (
        #"[{"identifier":"a","url":"file:///a.png","options":{"type_hint":"public.png","thumbnail_hidden":true,"thumbnail_time":1.5}}]"#,
        nil
      ),
      ("{}", "content.attachments: expected a list of attachments"),
      (#"[1]"#, "content.attachments[1]: expected a table with identifier, url and options"),
      (
        #"[{"url":"http://a/b"}]"#,
        "content.attachments[1].url: expected the URL of a file, such as file:///var/lib/notilua/map.png"
      ),
      (
        #"[{"url":"file:///a"},{"url":"file:///b","ur":1}]"#,
        "content.attachments[2] has no key 'ur'; did you mean 'url'?"
      ),
      (
        #"[{"identifier":"x","url":"file:///a"},{"identifier":"x","url":"file:///b"}]"#,
        "content.attachments[2].identifier: 'x' stands twice"
      ),
      (
        #"[{"url":"file:///a","options":{"thumbnail_clipping_rect":{"x":0,"y":0,"width":2,"height":1}}}]"#,
        "content.attachments[1].options.thumbnail_clipping_rect: expected x, y, width and height of 0 to 1"
      ),
    ] as [(String, String?)])
  func saysWhatIsWrong(_ list: String, _ problem: String?) throws {
    var document = JSONDocument()
    try document.parse(list)
    #expect(Attachment.problem(document, document.root) == problem)
  }

  @Test func textsHaveTheirLimits() throws {
    var document = JSONDocument()
    try document.parse("[{\"identifier\":\"\(String(repeating: "x", count: 257))\",\"url\":\"file:///a\"}]")
    #expect(
      Attachment.problem(document, document.root) == "content.attachments[1].identifier: more than 256 bytes")
    try document.parse("[\((0..<17).map { "{\"url\":\"file:///\($0)\"}" }.joined(separator: ","))]")
    #expect(Attachment.problem(document, document.root) == "content.attachments: more than 16 attachments")
  }
}
