import Desktop
import NotificationModel
import NotificationViews
import Presentation
import Testing

/// Responses to actions for the session's owner (Apple, `UNNotificationActionOptions.authenticationRequired`).
struct SessionLockTests {
  /// A machine that shows a notification with such actions as number 7.
  private func shown() -> MachineDriver {
    var desk = MachineDriver(needsOwner: true)
    desk.accept(1)
    desk.send(.connected)
    desk.send(.server(.ready(MachineDriver.capabilities)))
    desk.presented(1)
    desk.send(.answered(.delivery(1), .shown(7)))
    return desk
  }

  @Test func theLockIsWatchedOnceItIsNeeded() {
    var desk = MachineDriver(needsOwner: true)
    desk.accept(1)
    desk.send(.connected)
    desk.send(.server(.ready(MachineDriver.capabilities)))
    #expect(desk.presented(1) == ["watch lock", "show 1 anew"])
    desk.send(.answered(.delivery(1), .shown(7)))
    desk.accept(2, id: "b")
    #expect(desk.presented(2) == ["show 2 anew"])
    var other = MachineDriver(at: .asked)
    #expect(other.send(.answered(.delivery(1), .shown(7))) == ["report 1 done"])
  }

  @Test(arguments: [SessionLock.State.unlocked, .unknown("no logind")])
  func anOpenSessionHoldsNothingBack(_ state: SessionLock.State) {
    var desk = shown()
    #expect(desk.send(.lock(state)) == (state == .unlocked ? [] : ["notice"]))
    #expect(desk.send(.lock(state)) == [], "it is reported once")
    #expect(desk.send(.server(.invoked(7, key: "open"))) == ["respond 1 open"])
  }

  @Test func aResponseWaitsUntilTheLockIsKnown() {
    var desk = shown()
    #expect(desk.send(.server(.invoked(7, key: "open"))) == [])
    #expect(desk.send(.lock(.locked)) == [])
    #expect(desk.send(.lock(.unlocked)) == ["respond 1 open"])
    #expect(desk.send(.lock(.unlocked)) == [], "it is handled once")
  }

  @Test func whatNeedsNoOwnerIsHandled() {
    var desk = shown()
    desk.send(.lock(.locked))
    #expect(desk.send(.server(.invoked(7, key: "default"))) == ["respond 1 default"])
  }

  @Test func theLastChoiceCounts() {
    var desk = MachineDriver(at: .held)
    #expect(desk.send(.server(.invoked(7, key: "open"))) == [])
    #expect(desk.send(.server(.invoked(7, key: "sign"))) == [])
    // A person who is not known to be the owner is not asked for text either.
    #expect(desk.send(.lock(.unlocked)) == ["write 1 sign"])
    var other = MachineDriver(at: .held)
    #expect(other.send(.server(.invoked(7, key: "default"))) == ["respond 1 default"])
    #expect(other.send(.lock(.unlocked)) == [])
  }

  @Test func aSessionThatIsLockedWhenItsServiceGoesStaysLocked() {
    var desk = MachineDriver(at: .held)
    #expect(desk.send(.lock(.unknown("gone"))) == [])
    #expect(desk.send(.lock(.unlocked)) == ["respond 1 open"])
  }

  /// Servers close what was answered; that takes nothing from the response.
  @Test func whatIsClosedMeanwhileIsStillHandled() {
    var desk = MachineDriver(at: .held)
    desk.send(.server(.closed(7, .dismissed)))
    #expect(desk.send(.lock(.unlocked)) == ["respond 1 open"])
    #expect(desk.responded(.doNotDismiss).last == "show update 1 anew")
  }

  @Test func responsesAreHandledInTheirOrder() {
    var desk = shown()
    desk.accept(2, id: "b")
    desk.presented(2)
    desk.send(.answered(.delivery(2), .shown(8)))
    desk.send(.lock(.locked))
    desk.send(.server(.invoked(8, key: "open")))
    desk.send(.server(.invoked(7, key: "open")))
    #expect(desk.send(.lock(.unlocked)) == ["respond 2 open"])
  }

  @Test func aReplyInTheNotificationIsHeldBack() {
    var desk = MachineDriver(needsOwner: true)
    desk.accept(1)
    desk.send(.connected)
    desk.send(.server(.ready(ServerCapabilities(["body", "actions", "inline-reply"]))))
    var answer = desk.answer()
    answer.presentation?.actions.removeFirst()
    desk.send(.presented(1, answer))
    desk.send(.answered(.delivery(1), .shown(7)))
    desk.send(.lock(.locked))
    #expect(desk.send(.server(.replied(7, text: "Yes"))) == [])
    #expect(desk.send(.lock(.unlocked)) == ["respond 1 sign 'Yes'"])
  }

  @Test func whatIsChosenDuringAnUpdateIsHeldBack() {
    var desk = shown()
    desk.send(.lock(.locked))
    desk.send(.server(.invoked(7, key: "default")))
    desk.responded(.doNotDismiss)
    desk.send(.server(.invoked(7, key: "open")))
    #expect(desk.send(.answered(.update(1), .shown(7))) == [])
    #expect(desk.send(.lock(.unlocked)) == ["respond 1 open"])
  }
}
