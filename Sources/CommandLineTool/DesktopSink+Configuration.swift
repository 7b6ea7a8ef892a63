import ConfigurationFiles
import Desktop
import EventLoop
import Glibc
import NotificationViews
import Notilua
import Presentation
import ServiceLife
import WorkerHost

extension DesktopSink {
  /// The pixels of a picture beside a notification's text.
  private static let pictureSide = 256

  /// A sink that presents notifications as a configuration has it.
  convenience init(_ configuration: Configuration, on reactor: Reactor) throws(HostError) {
    let presenter = try Presenter(configuration)
    let thumbnailer = Thumbnailer(executable: WorkerExecutable.thumbnailer)
    let sounds = configuration.presentation.soundFolders
    let complete = { @Sendable (answer: Presenter.Answer) async -> DesktopPresenter.Answer in
      let presentation = answer.presentation
      let isEmpty = presentation.title.isEmpty && presentation.subtitle.isEmpty && presentation.body.isEmpty
      var result = DesktopPresenter.Answer(presentation: isEmpty ? nil : presentation)
      result.option = answer.option
      result.notes = answer.notes + presentation.warnings
      if let file = presentation.desktopPicture {
        result.thumbnail = await onOwnThread { thumbnailer.thumbnail(of: file, side: Self.pictureSide) }
        if result.thumbnail == nil {
          result.notes.append(
            thumbnailer.problem.map { "pictures of attachments are left out: \($0)" }
              ?? "attachment '\(SafeText.line(file.identifier, limit: 64))' is damaged, or takes too long; it is left out"
          )
        }
      }
      if case .named(let name) = presentation.sound { result.sound = Self.sound(name, sounds) }
      return result
    }
    let command = configuration.presentation.replyCommand
    let reply = ReplyCommand(command: command)
    let ask: @Sendable (NotificationAction, NotificationPresentation) async -> String? = {
      action, presentation in
      await reply.ask(action, presentation)
    }
    var options = Options()
    let icon = configuration.presentation.appIcon
    // A file by the path that holds in the server's folder, too; one that is refused is named to nobody.
    options.icon = icon.contains("/") ? (try? AttachmentFile(icon: icon))?.path ?? "" : icon
    let made = DesktopPresenter(
      present: { notification, earlier in
        do {
          return await complete(
            try await presenter.present(notification, after: earlier, date: wallClockSeconds()))
        } catch {
          return Self.failed(error)
        }
      },
      respond: { notification, shown, action, text in
        do {
          return await complete(
            try await presenter.respond(
              notification, after: shown, date: wallClockSeconds(), action: action, text: text))
        } catch {
          return Self.failed(error)
        }
      }, ask: command.isEmpty ? nil : ask)
    do throws(SystemError) {
      try self.init(made, options, on: reactor)
    } catch {
      throw HostError(
        .sandbox, "no descriptor for the desktop's sink: \(systemMessage(error.code)); close some files")
    }
  }

  private static func failed(_ error: any Error) -> DesktopPresenter.Answer {
    var answer = DesktopPresenter.Answer(presentation: nil)
    answer.failure = (error as? HostError)?.message ?? "\(error)"
    return answer
  }

  /// The path of a sound's file; nil where no folder has it.
  ///
  /// The name is a file's: what leads elsewhere is none.
  private static func sound(_ name: String, _ folders: [String]) -> String? {
    guard !name.contains("/"), !name.hasPrefix(".") else { return nil }
    guard let found = folders.map({ $0 + "/" + name }).first(where: { PluginFolder.isFile($0) }),
      let resolved = realpath(found, nil)
    else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
