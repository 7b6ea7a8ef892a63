import EventLoop
import Glibc
import Synchronization
import Testing

/// Letters between threads.
struct MailboxTests {
  private func isReadable(_ descriptor: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, 0) == 1
  }

  @Test func theDescriptorIsReadableWhileThereAreLetters() throws {
    let mailbox = try Mailbox<Int>()
    // No program that is started meanwhile gets it, and nobody waits in it.
    #expect(fcntl(mailbox.descriptor, F_GETFD) == FD_CLOEXEC)
    #expect(fcntl(mailbox.descriptor, F_GETFL) & O_NONBLOCK != 0)
    #expect(!isReadable(mailbox.descriptor))
    mailbox.put(1)
    mailbox.put(contentsOf: [2, 3])
    #expect(isReadable(mailbox.descriptor))
    #expect(mailbox.take() == [1, 2, 3])
    #expect(!isReadable(mailbox.descriptor))
    #expect(mailbox.take() == [])
    mailbox.put(contentsOf: [])
    #expect(!isReadable(mailbox.descriptor))
    mailbox.put(4)
    #expect(isReadable(mailbox.descriptor))
    #expect(mailbox.take() == [4])
  }

  @Test func aReaderIsCalledOnceForAllLettersThatItHasNotTaken() {
    let calls = Mutex(0)
    withExtendedLifetime(calls) {
      let mailbox = Mailbox<Int> { _ in calls.withLock { $0 += 1 } }
      #expect(mailbox.descriptor == -1)
      mailbox.put(1)
      mailbox.put(2)
      #expect(calls.withLock { $0 } == 1)
      #expect(mailbox.take() == [1, 2])
      mailbox.put(3)
      #expect(calls.withLock { $0 } == 2)
    }
  }

  @Test func aReaderMayTakeWhereItIsCalled() {
    let got = Mutex<[Int]>([])
    let mailbox = Mailbox<Int> { mailbox in got.withLock { $0 += mailbox.take() } }
    for letter in 0..<3 { mailbox.put(letter) }
    #expect(got.withLock { $0 } == [0, 1, 2])
  }

  @Test func noLetterOfManyThreadsIsLostOrOutOfItsOrder() async throws {
    let mailbox = try Mailbox<(Int, Int)>()
    let reactor = try Reactor()
    var last = [Int](repeating: -1, count: 8)
    var count = 0
    let registration = mailbox.open(on: reactor) { letters in
      for (thread, number) in letters {
        #expect(number == last[thread] + 1)
        last[thread] = number
        count += 1
      }
    }
    let senders = (0..<8).map { thread in
      Task.detached { for number in 0..<25_000 { mailbox.put((thread, number)) } }
    }
    reactor.run { count == 200_000 }
    for sender in senders { await sender.value }
    withExtendedLifetime(registration) {}
    #expect(!isReadable(mailbox.descriptor))
  }

  @Test func aLetterThatIsPutByTheHandlerComesNextTurn() throws {
    let mailbox = try Mailbox<Int>()
    let reactor = try Reactor()
    var seen: [[Int]] = []
    let registration = mailbox.open(on: reactor) { letters in
      seen.append(letters)
      if letters == [1] { mailbox.put(2) }
    }
    mailbox.put(1)
    reactor.turn()
    #expect(seen == [[1]])
    reactor.turn()
    #expect(seen == [[1], [2]])
    withExtendedLifetime(registration) {}
  }
}
