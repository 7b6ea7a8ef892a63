import Desktop
import NotificationModel
import NotificationViews
import Presentation
import Testing

/// Texts that change with time, and tags by which one notification takes the place of another.
struct DesktopRefreshTests {
  /// A machine that shows a view at 1,000 seconds since 1970, as number 7.
  private func shown(_ elements: ViewElement..., expiresAfter: Double? = nil) throws -> MachineDriver {
    var desk = MachineDriver()
    desk.accept(1)
    desk.send(.connected)
    desk.send(.server(.ready(MachineDriver.capabilities)))
    var answer = desk.answer()
    var view = NotificationView()
    for element in elements { try view.append(element) }
    answer.presentation?.expiresAfter = expiresAfter
    answer.presentation?.sound = .usual
    answer.presentation?.extended = .init(
      plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: view)
    desk.send(.presented(1, answer), at: 1000)
    desk.send(.answered(.delivery(1), .shown(7)), at: 1000)
    return desk
  }

  private func ago(_ instant: Double) -> ViewElement {
    var run = ViewElement.TextRun("")
    run.relativeTime = instant
    return .text([run], .body)
  }

  @Test func theLastMinuteIsCountedBySeconds() throws {
    var desk = try shown(.countdown(.init(end: 1003)))
    #expect(desk.forms[0].body == "0:03" && desk.forms[0].hints["sound-name"] != nil)
    for (second, text) in [(1001.0, "0:02"), (1002, "0:01"), (1003, "0:00")] {
      #expect(desk.machine.nextRefresh == second)
      #expect(desk.send(.refresh, at: second) == ["show update 1 replacing 7"])
      #expect(desk.forms.last?.body == text && desk.forms.last?.hints["sound-name"] == nil)
      desk.send(.answered(.update(1), .shown(7)), at: second)
    }
    #expect(desk.machine.nextRefresh == nil, "nothing is left to count")
  }

  @Test func theRestIsCountedByMinutes() throws {
    // 2 minutes and 30 seconds are left: "3 min", "2 min" 30 s later, and the last minute begins on time.
    var desk = try shown(.countdown(.init(end: 1150)), ago(995))
    #expect(desk.forms[0].body == "3 min\nnow")
    #expect(desk.machine.nextRefresh == 1030)
    desk.send(.refresh, at: 1030)
    desk.send(.answered(.update(1), .shown(7)), at: 1030)
    // The text of the relative time changes at 1055, too early after the last refresh.
    #expect(desk.machine.nextRefresh == 1090)
    desk.send(.refresh, at: 1090)
    desk.send(.answered(.update(1), .shown(7)), at: 1090)
    #expect(desk.forms.last?.body == "1:00\n1 minute ago")
    #expect(desk.machine.nextRefresh == 1091)
  }

  @Test(arguments: [
    ShowResult.refused("no"), .unavailable("busy", isUnknown: false), .unavailable("late", isUnknown: true),
  ])
  func aRefreshThatFailedIsTriedAgain(_ result: ShowResult) throws {
    var desk = try shown(.countdown(.init(end: 1030)))
    #expect(desk.send(.refresh, at: 1001) == ["show update 1 replacing 7"])
    desk.send(.answered(.update(1), result), at: 1002)
    #expect(desk.machine.nextRefresh == 1007)
    #expect(desk.send(.refresh, at: 1007) == ["show update 1 replacing 7"])
    #expect(desk.forms.last?.body == "0:23")
  }

  @Test func withoutTimesNothingIsRefreshed() throws {
    var desk = try shown(.progress(value: 0.5, label: ""))
    #expect(desk.machine.nextRefresh == nil)
    #expect(desk.send(.refresh, at: 5000) == [])
  }

  @Test func whatAPersonHasClosedStaysClosed() throws {
    var desk = try shown(ago(1000))
    desk.send(.server(.closed(7, .dismissed)), at: 1010)
    #expect(desk.send(.refresh, at: 1060) == [])
    #expect(desk.machine.nextRefresh == nil)
    // Both at once: the server shows it under a new number, from which it is taken at once.
    var other = try shown(ago(1000))
    #expect(other.send(.refresh, at: 1060) == ["show update 1 replacing 7"])
    #expect(other.send(.server(.closed(7, .dismissed)), at: 1060) == [])
    #expect(
      other.send(.answered(.update(1), .shown(8)), at: 1060) == [
        "close 8", "event closed dismissed", "event response dismiss dismiss_and_forward_action",
      ])
    #expect(other.machine.shown.isEmpty)
  }

  @Test func aResponseComesFirst() throws {
    var desk = try shown(ago(1000))
    desk.send(.server(.invoked(7, key: "default")), at: 1059)
    #expect(desk.send(.refresh, at: 1060) == [])
    #expect(desk.machine.nextRefresh == 1061)
    var other = try shown(ago(1000))
    other.send(.refresh, at: 1060)
    #expect(other.send(.server(.invoked(7, key: "default")), at: 1060) == [])
    #expect(other.send(.answered(.update(1), .shown(7)), at: 1060) == ["respond 1 default"])
  }

  @Test func aLaterNotificationIsNotOverwritten() throws {
    var desk = try shown(ago(1000))
    desk.accept(2)
    #expect(desk.presented(2) == ["show 2 replacing 7"])
    #expect(desk.send(.refresh, at: 1060) == [])
  }

  @Test func theServerCountsOnlyWhatIsLeft() throws {
    var desk = try shown(ago(1000), expiresAfter: 100)
    #expect(desk.forms[0].timeout == 100_000)
    desk.send(.refresh, at: 1060)
    #expect(desk.forms[1].timeout == 40_000)
    desk.send(.answered(.update(1), .shown(7)), at: 1060)
    #expect(desk.send(.refresh, at: 1120) == [])
  }

  @Test func aServerThatHasGoneIsLeftAlone() throws {
    var desk = try shown(ago(1000))
    desk.send(.server(.gone), at: 1001)
    #expect(desk.send(.refresh, at: 1060) == [])
    #expect(desk.machine.nextRefresh == nil)
  }

  /// Pictures are kept for what is refreshed, and the server has other things to do.
  @Test func aCrowdIsRefreshedInPortions() throws {
    var desk = MachineDriver(shownLimit: 500)
    desk.accept(1, id: "n1")
    desk.send(.connected)
    desk.send(.server(.ready(MachineDriver.capabilities)))
    for ticket in UInt64(1)...150 {
      if ticket > 1 { desk.accept(ticket, id: "n\(ticket)") }
      var answer = desk.answer()
      answer.presentation?.threadIdentifier = ""
      var view = NotificationView()
      try view.append(ago(1000))
      answer.presentation?.extended?.view = view
      desk.send(.presented(ticket, answer), at: 1000)
      desk.send(.answered(.delivery(ticket), .shown(UInt32(ticket))), at: 1000)
    }
    var refreshed = 0
    for second in 0..<10 {
      let shown = desk.send(.refresh, at: 1060 + Double(second))
      #expect(shown.count <= 16)
      refreshed += shown.count
    }
    #expect(refreshed == 100)
  }

  // MARK: Steps

  @Test(arguments: MachineDriver.Step.allCases)
  func timeAndLocksChangeNothingElse(at step: MachineDriver.Step) {
    var desk = MachineDriver(at: step)
    #expect(desk.send(.refresh, at: 5000) == [])
    #expect(desk.send(.lock(.locked)) == [])
    #expect(desk.send(.lock(.unlocked)) == (step == .held ? ["respond 1 open"] : []))
  }

  // MARK: Tags

  private func tagged(_ desk: inout MachineDriver, _ ticket: UInt64, _ tag: String) -> [String] {
    desk.accept(ticket, id: "n\(ticket)")
    if ticket == 1 {
      desk.send(.connected)
      desk.send(.server(.ready(MachineDriver.capabilities)))
    }
    var answer = desk.answer()
    answer.presentation?.desktopTag = tag
    return desk.send(.presented(ticket, answer))
  }

  @Test func oneOfTheSameTagTakesThePlace() {
    var desk = MachineDriver()
    #expect(tagged(&desk, 1, "volume") == ["show 1 anew"])
    desk.send(.answered(.delivery(1), .shown(7)))
    #expect(tagged(&desk, 2, "volume") == ["show 2 replacing 7"])
    #expect(desk.send(.answered(.delivery(2), .shown(7))) == ["report 2 done"])
    #expect(desk.machine.shown.map(\.content.notification.identifier) == ["n2"])
    #expect(tagged(&desk, 3, "light") == ["show 3 anew"])
    desk.send(.answered(.delivery(3), .shown(8)))
    // The one before has nothing else to do with it, and its recall takes nothing away.
    #expect(desk.send(.withdraw("n1")) == [])
    #expect(desk.send(.withdraw("n2")) == ["close 7", "event withdrawn"])
  }

  @Test func aRecallOfWhatIsReplacedClosesNothing() {
    var desk = MachineDriver()
    _ = tagged(&desk, 1, "volume")
    desk.send(.answered(.delivery(1), .shown(7)))
    _ = tagged(&desk, 2, "volume")
    #expect(desk.send(.withdraw("n1")) == ["event withdrawn"])
    #expect(desk.send(.answered(.delivery(2), .shown(7))) == ["report 2 done"])
  }

  @Test func whatWasPutAwayIsNotReplaced() {
    var desk = MachineDriver()
    _ = tagged(&desk, 1, "volume")
    desk.send(.answered(.delivery(1), .shown(7)))
    desk.send(.server(.closed(7, .expired)))
    #expect(tagged(&desk, 2, "volume") == ["show 2 anew"])
  }
}
