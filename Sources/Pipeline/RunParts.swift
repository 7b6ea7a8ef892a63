/// The objects that the parts of a run share.
struct RunParts {
  let state: RunState
  let output: RunOutput
  let files: RunFiles
  let reporter: RunReporter
  let fates: FateBook
}
