import Desktop
import NotificationViews
import Testing

/// What people do with notifications that are shown, and what becomes of it.
struct ShownNotificationTests {
  private typealias Step = MachineDriver.Step

  // MARK: Closing

  @Test(
    arguments: zip(
      [Step.shown, .answered, .writing, .queued, .responding, .updating, .held],
      [
        ["event closed dismissed", "event response dismiss dismiss_and_forward_action"],
        ["event closed dismissed"], [], [], [], [], [],
      ]))
  func closedByThePerson(at step: MachineDriver.Step, effects: [String]) {
    var desk = MachineDriver(at: step)
    #expect(desk.send(.server(.closed(7, .dismissed))) == effects)
    #expect(desk.machine.shown.count == (effects.isEmpty ? 1 : 0))
    // What is closed twice is told once.
    #expect(desk.send(.server(.closed(7, .dismissed))) == [])
  }

  /// Only a person dismisses (Desktop Notifications Specification, "NotificationClosed").
  @Test func whatExpiresIsNoDismissal() {
    var desk = MachineDriver(at: .shown)
    #expect(desk.send(.server(.closed(7, .expired))) == ["event closed expired"])
  }

  @Test func aTokenIsForOneWindow() throws {
    var desk = MachineDriver(at: .shown)
    desk.send(.server(.token(7, "t1")))
    #expect(desk.machine.shown[0].token == "t1")
    var entry = desk.machine.shown[0]
    #expect(entry.event(.closed(.dismissed)).json.contains(#""activation_token":"t1""#))
    #expect(!entry.event(.withdrawn).json.contains("activation_token"))
  }

  // MARK: Choosing

  @Test func withoutAnExtensionAResponseIsToldAtOnce() {
    var desk = MachineDriver(at: .answered)
    #expect(
      desk.send(.server(.invoked(7, key: "mute"))) == ["event response mute dismiss_and_forward_action"])
    #expect(desk.send(.server(.invoked(8, key: "mute"))) == [], "nothing has that number")
  }

  @Test func aPersonIsAskedForText() {
    var desk = MachineDriver(at: .shown)
    #expect(desk.send(.server(.invoked(7, key: "reply"))) == ["write 1 reply"])
    #expect(desk.send(.server(.invoked(7, key: "reply"))) == [])
    #expect(desk.send(.written(1, action: "reply", text: "yes")) == ["respond 1 reply 'yes'"])
    #expect(desk.send(.written(1, action: "reply", text: "again")) == [])
  }

  @Test func aPersonWhoGivesUpMayStillDismiss() {
    var desk = MachineDriver(at: .writing)
    #expect(desk.send(.written(1, action: "reply", text: nil)) == [])
    #expect(desk.send(.server(.closed(7, .dismissed))).count == 2)
  }

  @Test func whatIsClosedWhileAPersonWritesIsToldOnce() {
    var desk = MachineDriver(at: .writing)
    desk.send(.server(.closed(7, .dismissed)))
    #expect(desk.send(.written(1, action: "reply", text: nil)) == ["event closed undefined"])
    #expect(desk.machine.shown.isEmpty)
  }

  @Test(arguments: [MachineDriver.Step.queued, .responding])
  func aSecondPressIsNone(at step: MachineDriver.Step) {
    var desk = MachineDriver(at: step)
    #expect(desk.send(.server(.invoked(7, key: "mute"))) == [])
  }

  // MARK: The content extension

  /// A response that comes while another notification is presented is handled next, before what waits.
  @Test func aResponseWaitsForThePresenter() {
    var desk = MachineDriver(at: .shown)
    #expect(desk.accept(2, id: "b") == ["present 2"])
    desk.accept(3, id: "c")
    #expect(desk.send(.server(.invoked(7, key: "default"))) == [])
    #expect(desk.presented(2) == ["show 2 anew"])
    #expect(desk.send(.answered(.delivery(2), .shown(8))) == ["report 2 done", "respond 1 default"])
    #expect(
      desk.responded(.dismiss) == ["event response default dismiss", "close 7", "present 3"])
  }

  @Test(arguments: [ResponseOption.dismiss, .dismissAndForwardAction])
  func aDismissalCloses(_ option: ResponseOption) {
    var desk = MachineDriver(at: .responding)
    #expect(desk.responded(option) == ["event response default \(option.rawValue)", "close 7"])
    #expect(desk.machine.shown.isEmpty)
  }

  @Test func withoutAHandlerAResponseIsForwarded() {
    var desk = MachineDriver(at: .responding)
    #expect(desk.responded(nil) == ["event response default dismiss_and_forward_action", "close 7"])
  }

  /// Play and pause leave the notification there (Apple, UNNotificationContentExtension).
  @Test(arguments: [NotificationAction.mediaPlayIdentifier, NotificationAction.mediaPauseIdentifier])
  func mediaStay(_ action: String) {
    var desk = MachineDriver(at: .shown)
    desk.send(.server(.invoked(7, key: action)))
    #expect(
      desk.responded(nil) == ["event response \(action) do_not_dismiss", "show update 1 replacing 7"])
  }

  // MARK: Updates

  @Test func anUpdateTakesThePlace() {
    var desk = MachineDriver(at: .responding)
    #expect(
      desk.responded(.doNotDismiss) == [
        "event response default do_not_dismiss", "show update 1 replacing 7",
      ])
    #expect(desk.send(.answered(.update(1), .shown(7))) == [])
    #expect(desk.send(.server(.closed(7, .dismissed))).count == 2, "it was not answered since")
  }

  /// KDE closes what was replied to, before the content extension has handled it.
  @Test func whatWasClosedIsShownAnew() {
    var desk = MachineDriver(at: .responding)
    desk.send(.server(.closed(7, .dismissed)))
    #expect(desk.responded(.doNotDismiss).last == "show update 1 anew")
    desk.send(.answered(.update(1), .shown(9)))
    #expect(desk.machine.shown.map(\.number) == [9])
  }

  @Test func whatIsClosedDuringAnUpdateStaysKnown() {
    var desk = MachineDriver(at: .updating)
    #expect(desk.send(.server(.closed(7, .expired))) == [])
    #expect(desk.send(.answered(.update(1), .shown(8))) == [])
    #expect(desk.machine.shown.map(\.number) == [8])
  }

  @Test func whatIsClosedDuringAnUpdateThatIsRefusedIsTold() {
    var desk = MachineDriver(at: .updating)
    desk.send(.server(.closed(7, .expired)))
    #expect(desk.send(.answered(.update(1), .refused("no"))) == ["event closed expired"])
    #expect(desk.machine.shown.isEmpty)
  }

  @Test func aRefusedUpdateMayBeAnsweredAgain() {
    var desk = MachineDriver(at: .updating)
    #expect(desk.send(.answered(.update(1), .refused("no"))) == [])
    #expect(desk.send(.server(.invoked(7, key: "again"))) == ["respond 1 again"])
  }

  @Test func whatIsChosenDuringAnUpdateIsNotLost() {
    var desk = MachineDriver(at: .updating)
    #expect(desk.send(.server(.invoked(7, key: "second"))) == [])
    #expect(desk.send(.server(.invoked(7, key: "third"))) == [], "the first press counts")
    #expect(desk.send(.answered(.update(1), .shown(7))) == ["respond 1 second"])
  }

  @Test func textThatIsChosenDuringAnUpdateIsAskedFor() {
    var desk = MachineDriver(at: .updating)
    desk.send(.server(.invoked(7, key: "reply")))
    #expect(desk.send(.answered(.update(1), .shown(7))) == ["write 1 reply"])
  }

  @Test func nothingIsPresentedDuringAnUpdate() {
    var desk = MachineDriver(at: .updating)
    #expect(desk.accept(2, id: "b") == [])
    #expect(desk.machine.isOwedAnswer)
    #expect(desk.send(.answered(.update(1), .shown(7))) == ["present 2"])
  }
}
