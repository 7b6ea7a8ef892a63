import APNsCredentials
import Applications
import HTTP2Transport
import NotificationModel

/// The settings of the sink: servers, proxy, connections and timeouts.
package struct APNsOptions: Sendable {
  /// A server to connect to: Apple's, a simulator, or another that speaks APNs' protocol.
  package struct Server: Sendable, Equatable {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
      self.host = host
      self.port = port
    }
  }

  /// The environment of notifications that name none.
  package var environment = PushEnvironment.production
  /// The topic of notifications that name none; without it the credential's, where it has one only.
  package var topic: String?
  /// The applications, whose credentials may be named.
  package var applications = ApplicationTable.empty
  /// The server in place of Apple's, for both environments.
  package var server: Server?
  /// The port of Apple's servers: 443, or 2197.
  package var port = 443
  /// The HTTP proxy that leads to the server.
  package var proxy: ProxyAddress?
  /// The servers that are reached without the proxy.
  package var proxyExceptions = ProxyExceptions()
  /// Roots to trust instead of the system's, a PEM file; for simulators.
  package var trustRoots: String?
  /// The most connections for each credential and environment.
  package var connections = 4
  /// The most requests in flight on a connection, whatever the server allows.
  package var streams = 1000
  /// The most notifications that the sink has taken and not told of.
  package var capacity = 4000
  package var connectTimeout = Duration.seconds(10)
  /// The longest time to wait for a response.
  package var answerTimeout = Duration.seconds(15)
  /// After which silence a lane has a quarter of the sink's room at most.
  package var silenceLimit = Duration.seconds(5)
  /// The longest time that a notification may stay in the sink.
  package var deadline = Duration.seconds(40)
  /// The silence after which a connection is checked by a PING.
  package var idleTime = Duration.seconds(60)
  /// The first wait behind a connection that failed; doubled each time up to a minute.
  package var reconnectDelay = Duration.milliseconds(250)
  /// The time that a blocked lane waits before it retries with one notification.
  package var blockTime = Duration.seconds(60)
  /// The metrics of the sink; nil where there is no reader.
  package var metrics: APNsMetrics?

  package init() {}

  /// Returns the name of the credential that pushes of a topic go with; nil where any that serves it does.
  package func credential(for topic: String?, environment: PushEnvironment) -> String? {
    topic.flatMap { applications.application(topic: $0, environment: environment)?.credential }
  }

  /// Returns the server of an environment.
  func server(for environment: PushEnvironment) -> Server {
    server ?? Server(host: environment.host, port: port)
  }

  /// Returns the proxy that leads to a server; nil where none does.
  func proxy(for server: Server) -> ProxyAddress? {
    proxyExceptions.contains(host: server.host, port: server.port) ? nil : proxy
  }

  /// Returns the options of a connection to a server that shows a credential.
  func transport(to server: Server, _ credential: Credential) -> HTTP2ClientOptions {
    var http2 = HTTP2ClientOptions(host: server.host, port: server.port)
    http2.trustRoots = trustRoots
    http2.connectTimeout = connectTimeout
    http2.proxy = proxy(for: server).map {
      HTTP2ClientOptions.Proxy(host: $0.host, port: $0.port, authorization: $0.authorization)
    }
    if case .certificate(let certificate) = credential.secret {
      http2.certificateChain = certificate.certificateChain
      http2.privateKey = certificate.privateKey
    }
    return http2
  }
}
