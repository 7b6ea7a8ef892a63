// Writes a registry in both text forms, for parsers that are not ours: usage: MetricsProbe FOLDER
//
// It has an instrument of every type, the metrics of a run and of its sink, and label values that hostile names make.
import APNs
import Foundation
import Pipeline
import PrometheusMetrics

let hostile = [
  #"quote " backslash \ both \" end \"#, "line\nfeed", "carriage\r\nreturn", "Grüße 漢字 👩‍👩‍👧", "{a=\"b\"} 1",
  "# EOF", "",
  " blanks ", "\\n",
]

func fill(_ registry: MetricRegistry) {
  _ = ProcessMetrics(registry)
  _ = RunMetrics(registry, plugins: hostile)
  _ = APNsMetrics(registry, [], topic: "com.example.app")
  registry.info("probe_build_info", "A help text with a \"quote\", a \\ and\na line.", "version", "1.0 \"x\"")
  let names = registry.counters("probe_names_total", "Names.", MetricLabels("name", orOther: hostile))
  for (index, name) in hostile.enumerated() { names[name]?.add(index) }
  names["unknown"]?.add(1000)
  registry.counter("probe_large_total", "A large number.").add(.max)
  registry.gauge("probe_negative", "A negative number.").set(-3)
  registry.gauge("probe_small_seconds", "A nanosecond.", .seconds).set(1)
  registry.clockGauge("probe_endless_seconds", "Never.", .until).set(nil)
  registry.clockGauge("probe_age_seconds", "An age.").set(0)
  let waits = registry.histogram("probe_wait_seconds", "Waits.", bounds: Histogram.waits)
  for exponent in 0..<15 { waits.observe(Int64(pow(10, Double(exponent)))) }
  registry.durations("probe_duration_seconds", "Durations.", MetricLabels("name", hostile))[hostile[0]]?
    .raise(to: 3, nanoseconds: 1_500_000_000)
}

let folder = CommandLine.arguments.dropFirst().first ?? "."
let registry = MetricRegistry(common: [("run", hostile[0])], clock: { 1_700_000_000_000 })
fill(registry)
for (form, name) in [(MetricText.Form.prometheus, "probe.prom"), (.openMetrics, "probe.om")] {
  try Data(registry.text(form).utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
}
try JSONEncoder().encode(hostile).write(to: URL(fileURLWithPath: "\(folder)/names.json"))
