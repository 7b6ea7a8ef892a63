/// Lines that are pushed to a simulator.
enum PushLine {
  /// A line with a number that its device token and its name have.
  static func line(_ number: Int, token: String? = nil, headers: String = "") -> String {
    let digits = String(number, radix: 16)
    let token = token ?? "ab" + String(repeating: "0", count: 62 - digits.count) + digits
    return
      #"{"id":"m\#(number)","device_token":"\#(token)","payload":{"aps":{"alert":"Code 123456"}},"headers":{"apns-topic":"com.example.app"\#(headers)}}"#
  }

  /// A device token that the simulator answers by its first digits.
  static func token(_ prefix: String, _ number: Int = 1) -> String {
    prefix + String(repeating: "0", count: 60 - prefix.count) + String(1000 + number)
  }
}
