import Desktop
import NotificationModel
import NotificationViews
import Presentation
import Testing

/// Every transition of a notification on the desktop, without bus, presenter and time.
struct DesktopMachineTests {
  private typealias Step = MachineDriver.Step

  // MARK: Delivery

  @Test func aNotificationIsPresentedAndShown() {
    var desk = MachineDriver()
    #expect(desk.accept(1) == ["connect"])
    #expect(desk.send(.connected) == ["ask", "present 1"])
    #expect(desk.send(.server(.ready(MachineDriver.capabilities))) == [])
    #expect(desk.presented(1) == ["show 1 anew"])
    #expect(desk.send(.answered(.delivery(1), .shown(7))) == ["report 1 done"])
    #expect(desk.machine.room == 256)
  }

  @Test func whatIsReadyWaitsForTheServer() {
    var desk = MachineDriver(at: .presenting)
    #expect(desk.presented(1) == [])
    #expect(desk.machine.isOwedAnswer)
    #expect(desk.send(.server(.ready(MachineDriver.capabilities))) == ["show 1 anew"])
  }

  /// Each goes on with the view that the one before left, so that they are shown one after another.
  @Test func oneIsPresentedAfterAnother() {
    var desk = MachineDriver(at: .presenting)
    #expect(desk.accept(2, id: "b") == [])
    desk.send(.server(.ready(MachineDriver.capabilities)))
    #expect(desk.presented(1) == ["show 1 anew"])
    #expect(desk.send(.answered(.delivery(1), .shown(7))) == ["report 1 done", "present 2"])
  }

  @Test func oneOfTheSameNameTakesThePlace() {
    var desk = MachineDriver(at: .shown)
    desk.accept(2)
    #expect(desk.presented(2) == ["show 2 replacing 7"])
    desk.send(.answered(.delivery(2), .shown(7)))
    #expect(desk.machine.shown.map(\.content.notification.ticket) == [2])
  }

  /// The thread's conversation goes on in one notification.
  @Test func aRelatedOneTakesThePlace() {
    var desk = MachineDriver(at: .shown)
    desk.accept(2, id: "b", payload: #"{"aps":{"thread-id":"thread","category":"C"}}"#)
    #expect(desk.presented(2) == ["show 2 replacing 7"])
    desk.send(.answered(.delivery(2), .shown(7)))
    // Either name takes both back.
    #expect(desk.send(.withdraw("chat")) == ["close 7", "event withdrawn"])
  }

  @Test func whatTheServerClosesMeanwhileIsShownAnew() {
    var desk = MachineDriver(at: .shown)
    desk.accept(2)
    desk.presented(2)
    #expect(desk.send(.server(.closed(7, .expired))) == ["event closed expired"])
    #expect(desk.send(.answered(.delivery(2), .shown(8))) == ["report 2 done"])
    #expect(desk.machine.shown.map(\.number) == [8])
  }

  @Test func aRefusalLeavesWhatIsShown() {
    var desk = MachineDriver(at: .shown)
    desk.accept(2)
    desk.presented(2)
    #expect(desk.send(.answered(.delivery(2), .refused("no"))) == ["report 2 permanent Refused"])
    #expect(desk.machine.shown.map(\.content.notification.ticket) == [1])
  }

  @Test func silentPushesAreDone() {
    var desk = MachineDriver(at: .presenting)
    #expect(desk.send(.presented(1, .init(presentation: nil))) == ["report 1 done"])
  }

  @Test func aFailureOfThePresenterIsTriedAgain() {
    var desk = MachineDriver(at: .presenting)
    var answer = DesktopPresenter.Answer(presentation: nil)
    answer.failure = "no worker"
    #expect(desk.send(.presented(1, answer)) == ["report 1 retry NotPresented"])
  }

  @Test func withoutABusNothingIsPresented() {
    var desk = MachineDriver()
    desk.accept(1)
    #expect(desk.send(.connectionFailed("no bus")) == ["report 1 retry NoSessionBus"])
    #expect(desk.accept(2) == ["connect"])
  }

  @Test func roomIsForWhatIsNotReportedYet() {
    var desk = MachineDriver(limit: 2)
    desk.accept(1)
    desk.accept(2, id: "b")
    #expect(desk.machine.room == 0)
    desk.send(.connectionFailed("no bus"))
    #expect(desk.machine.room == 2)
  }

  /// A desktop that tells nothing of closing would fill the memory.
  @Test func theOldestIsForgotten() {
    var desk = MachineDriver(shownLimit: 2)
    desk.accept(1, id: "1")
    desk.send(.connected)
    desk.send(.server(.ready(MachineDriver.capabilities)))
    for ticket in UInt64(1)...3 {
      if ticket > 1 { desk.accept(ticket, id: "\(ticket)") }
      desk.presented(ticket)
      desk.send(.answered(.delivery(ticket), .shown(UInt32(ticket))))
    }
    #expect(desk.machine.shown.map(\.number) == [2, 3])
  }

  @Test func noticesAreToldOnce() {
    var desk = MachineDriver(at: .presenting)
    var answer = desk.answer()
    answer.notes = ["a fault", "a fault"]
    #expect(desk.send(.presented(1, answer)) == ["notice"])
  }

  // MARK: Recall

  @Test(
    arguments: zip(
      Step.allCases,
      [
        ["report 1 retry Recalled"], [], ["report 1 retry Recalled"], [],
        ["close 7", "event withdrawn"], ["close 7", "event withdrawn"], ["close 7", "event withdrawn"],
        ["close 7", "event response default dismiss_and_forward_action", "event withdrawn"],
        ["close 7", "event response default dismiss_and_forward_action", "event withdrawn"],
        ["close 7", "event withdrawn"], ["close 7", "notice", "event withdrawn"],
      ]))
  func recalled(at step: MachineDriver.Step, effects: [String]) {
    var desk = MachineDriver(at: step)
    #expect(desk.send(.withdraw("chat")) == effects)
    #expect(desk.machine.shown.isEmpty)
    // What comes afterwards shows nothing.
    let later: [String]
    switch step {
    case .waiting, .ready: later = desk.presented(1)
    case .presenting: later = desk.presented(1) + desk.presented(1)
    case .asked: later = desk.send(.answered(.delivery(1), .shown(7)))
    case .shown, .answered: later = desk.send(.server(.closed(7, .closed)))
    case .writing: later = desk.send(.written(1, action: "reply", text: "late"))
    case .queued, .responding: later = desk.responded(.doNotDismiss)
    case .updating: later = desk.send(.answered(.update(1), .shown(8)))
    case .held: later = desk.send(.lock(.unlocked))
    }
    switch step {
    case .presenting: #expect(later == ["report 1 retry Recalled"])
    case .asked: #expect(later == ["report 1 done", "close 7", "event withdrawn"])
    // It may be shown under another number by then.
    case .updating: #expect(later == ["close 8"])
    default: #expect(later == [])
    }
    #expect(desk.machine.shown.isEmpty)
  }

  @Test func otherNamesRecallNothing() {
    for step in Step.allCases {
      var desk = MachineDriver(at: step)
      #expect(desk.send(.withdraw("chats")) == [], "\(step)")
    }
  }

  // MARK: The server goes

  @Test(
    arguments: zip(
      Step.allCases,
      [
        ["notice", "report 1 retry NoServer"], ["notice"], ["notice", "report 1 retry NoServer"], ["notice"],
        ["notice"], ["notice"], ["notice"], ["notice"], ["notice"], ["notice"], ["notice"],
      ]))
  func serverGone(at step: MachineDriver.Step, effects: [String]) {
    var desk = MachineDriver(at: step)
    #expect(desk.send(.server(.gone)) == effects)
    #expect(desk.machine.shown.allSatisfy { $0.number == nil })
    // Its numbers mean nothing to the next one.
    #expect(desk.send(.server(.closed(7, .dismissed))) == [])
    #expect(desk.send(.server(.gone)) == [])
    switch step {
    case .waiting, .ready, .shown, .answered, .queued: break
    case .presenting: #expect(desk.presented(1) == ["ask"])
    case .asked:
      let result = ShowResult.unavailable("NoReply", isUnknown: true)
      #expect(desk.send(.answered(.delivery(1), result)) == ["report 1 retry NoServer unknown"])
    case .writing:
      #expect(desk.send(.written(1, action: "reply", text: nil)) == ["event closed undefined"])
    case .responding: #expect(desk.responded(.doNotDismiss) == ["event response default do_not_dismiss"])
    case .updating:
      let result = ShowResult.unavailable("NoReply", isUnknown: true)
      #expect(desk.send(.answered(.update(1), result)) == [])
      #expect(!desk.machine.isOwedAnswer)
    case .held: #expect(desk.send(.lock(.unlocked)) == ["respond 1 open"])
    }
  }

  @Test func theNextServerShowsAnew() {
    var desk = MachineDriver(at: .shown)
    desk.send(.server(.gone))
    #expect(desk.send(.server(.ready(MachineDriver.capabilities))) == [])
    desk.accept(2)
    #expect(desk.presented(2) == ["show 2 anew"])
    // It is told again that a server has gone, since there was one.
    #expect(desk.send(.server(.gone)) == ["notice"])
  }

  @Test func aServerThatIsGoneIsAskedForAgain() {
    var desk = MachineDriver(at: .presenting)
    desk.send(.server(.gone))
    #expect(desk.presented(1) == ["ask"])
    #expect(desk.send(.server(.gone)) == ["report 1 retry NoServer"])
  }

  // MARK: The bus goes

  @Test(
    arguments: zip(
      Step.allCases,
      [
        ["notice", "disconnect", "report 1 retry NoSessionBus"], ["notice", "disconnect"],
        ["notice", "disconnect", "report 1 retry NoSessionBus"],
        ["notice", "report 1 retry NoSessionBus unknown", "disconnect"],
        ["notice", "disconnect"], ["notice", "disconnect"], ["notice", "disconnect"],
        ["notice", "disconnect"],
        ["notice", "disconnect"], ["notice", "disconnect"], ["notice", "disconnect"],
      ]))
  func connectionLost(at step: MachineDriver.Step, effects: [String]) {
    var desk = MachineDriver(at: step)
    #expect(desk.send(.connectionLost) == effects)
    #expect(!desk.machine.isOwedAnswer)
    #expect(desk.machine.shown.allSatisfy { $0.number == nil })
    if step == .presenting { #expect(desk.presented(1) == ["report 1 retry NoSessionBus"]) }
    if step == .responding {
      #expect(desk.responded(.doNotDismiss) == ["event response default do_not_dismiss"])
    }
    #expect(desk.accept(3, id: "c") == ["connect"])
  }

  // MARK: The end

  @Test(
    arguments: zip(
      Step.allCases,
      [
        ["report 2 retry Stopped", "report 1 retry Stopped", "disconnect"],
        ["report 1 retry Stopped", "disconnect"], ["report 1 retry Stopped", "disconnect"],
        ["report 1 retry Stopped unknown", "disconnect"], ["disconnect"], ["disconnect"], ["disconnect"],
        [
          "report 2 retry Stopped", "event response default dismiss_and_forward_action", "disconnect",
        ],
        ["event response default dismiss_and_forward_action", "disconnect"], ["disconnect"],
        ["notice", "disconnect"],
      ]))
  func closed(at step: MachineDriver.Step, effects: [String]) {
    var desk = MachineDriver(at: step)
    #expect(desk.send(.close) == effects)
    // After the end there is nobody to tell.
    #expect(desk.presented(1) + desk.responded(.dismiss) == [])
    #expect(desk.send(.written(1, action: "reply", text: "late")) == [])
  }

  @Test func responsesAreToldInTheirOrderAtTheEnd() {
    var desk = MachineDriver(at: .shown)
    desk.accept(2, id: "b")
    desk.presented(2)
    desk.send(.answered(.delivery(2), .shown(8)))
    desk.accept(3, id: "c")
    desk.send(.server(.invoked(8, key: "first")))
    desk.send(.server(.invoked(7, key: "second")))
    #expect(
      desk.send(.close) == [
        "report 3 retry Stopped", "event response first dismiss_and_forward_action",
        "event response second dismiss_and_forward_action", "disconnect",
      ])
  }
}
