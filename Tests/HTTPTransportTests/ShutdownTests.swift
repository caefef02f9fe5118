import Glibc
import HTTPMessage
import Testing
@testable import HTTPTransport

@Suite struct ShutdownTests {
  @Test func `A stopping server finishes current requests and closes idle connections`() throws {
    var (pending, isDone): (PendingOutcome?, Bool) = (nil, false)
    let wire = try HTTPServerFixture { request in request.target == "/" ? .now(.text("ok")) : .pending { pending = $0 }
    }
    let idle = try wire.connect(sending: getRequest(for: "/"))
    #expect(idle.answer() != nil)
    let busy = try wire.connect(sending: getRequest(for: "/wait"))
    #expect(busy.wait { _ in pending != nil })
    wire.listener.stop(within: 5_000) { isDone = true }
    #expect(idle.readToEnd() == "")
    #expect(throws: SystemError.self) { try wire.connect() }
    #expect(!isDone)
    pending?.complete(with: .now(.text("done")))
    let answer = try #require(busy.answer())
    #expect(answer.body == "done" && answer["connection"] == "close")
    #expect(busy.wait { _ in isDone })
  }

  @Test func `A shutdown closes all connections after its time limit`() throws {
    var isDone = false
    let wire = try HTTPServerFixture { _ in .pending { _ in } }
    let client = try wire.connect(sending: getRequest(for: "/"))
    #expect(client.wait { _ in wire.listener.connectionCount == 1 })
    wire.listener.stop(within: 20) { isDone = true }
    #expect(client.readToEnd() == "")
    #expect(isDone)
  }

  @Test func `A handler can stop its own server`() throws {
    var stop: (() -> Void)?
    let wire = try HTTPServerFixture { _ in
      stop?()
      return .now(.text("bye"))
    }
    stop = { [listener = wire.listener] in listener.stop(within: 1_000) }
    let client = try wire.connect(sending: getRequest(for: "/"))
    #expect(client.answer()?["connection"] == "close")
    #expect(client.readToEnd() == "")
    stop = nil
  }

  @Test func `A timer fires once, repeatedly, or not at all if cancelled`() throws {
    let loop = try EventLoop()
    var (once, often, never) = (0, 0, 0)
    let first = Timer(on: loop) { once += 1 }
    let second = Timer(on: loop) { often += 1 }
    let third = Timer(on: loop) { never += 1 }
    first.start(milliseconds: 1)
    second.start(milliseconds: 1, repeats: true)
    third.start(milliseconds: 1)
    third.cancel()
    #expect(first.isRunning && second.isRunning && !third.isRunning)
    #expect(loop.run(atMost: 5_000) { often > 3 })
    #expect((once, never) == (1, 0))
    #expect(!first.isRunning)
    first.start(milliseconds: 0)
    #expect(loop.run(atMost: 5_000) { once == 2 })
    #expect(!loop.run(atMost: 5) { false })
  }

  @Test func `A signal calls its action on the loop`() throws {
    let loop = try EventLoop()
    var count = 0
    loop.onSignal(SIGUSR2) {
      count += 1
      if count == 2 { loop.stop() }
    }
    let again = Timer(on: loop) { kill(getpid(), SIGUSR2) }
    again.start(milliseconds: 1, repeats: true)
    loop.run()
    #expect(count == 2)
  }
}
