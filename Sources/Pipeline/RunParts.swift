import Delivery

/// The objects that the parts of a run share.
struct RunParts {
  let state: RunState
  let output: RunOutput
  let files: RunFiles
  let reporter: RunReporter
  let fates: FateBook
  /// The observer of what becomes of pushes.
  let observer: (any RunObserver)?
}
