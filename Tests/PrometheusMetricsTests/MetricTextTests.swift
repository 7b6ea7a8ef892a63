import PrometheusMetrics
import Testing

/// The texts by the examples of the format's documentation and of OpenMetrics 1.0.
struct MetricTextTests {
  /// Prometheus, "Exposition formats": the example with escapes.
  @Test func labelsAreEscapedAsInTheFormatsExample() {
    let registry = MetricRegistry()
    let labels = MetricLabels(["path", "error"], [0]) { _ in
      [#"C:\DIR\FILE.TXT"#, "Cannot find file:\n\"FILE.TXT\""]
    }
    let gauges = registry.gauges("msdos_file_access_time_seconds", "Access.", labels, .seconds)
    gauges[0]?.set(1_458_255_915_000_000_000)
    let line =
      #"msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1458255915"#
    for form in MetricText.Form.allCases {
      #expect(registry.text(form).split(separator: "\n").contains { $0 == line }, "\(registry.text(form))")
    }
  }

  /// OpenMetrics 1.0, "Counter": the family's name is without `_total`, the sample's has it; the text ends with `# EOF`.
  @Test func aFamilyOfOpenMetricsHasNoSuffix() {
    let registry = MetricRegistry()
    registry.counter("foo_seconds_total", "A \"b\" \\ c.", .seconds).add(17_250_000_000)
    #expect(
      registry.text(.openMetrics) == #"""
        # HELP foo_seconds A \"b\" \\ c.
        # TYPE foo_seconds counter
        # UNIT foo_seconds seconds
        foo_seconds_total 17.25
        # EOF

        """#)
    // Prometheus' format escapes no quotation marks in help, and has neither units nor an end.
    #expect(
      registry.text(.prometheus) == #"""
        # HELP foo_seconds_total A "b" \\ c.
        # TYPE foo_seconds_total counter
        foo_seconds_total 17.25

        """#)
  }

  @Test func informationIsAGaugeInTheOlderForm() {
    let registry = MetricRegistry(common: [("run", "a")])
    registry.info("x_build_info", "B.", "version", "1")
    #expect(
      registry.text(.prometheus).contains(
        "# TYPE x_build_info gauge\nx_build_info{run=\"a\",version=\"1\"} 1\n"))
    #expect(
      registry.text(.openMetrics).contains("# TYPE x_build info\nx_build_info{run=\"a\",version=\"1\"} 1\n"))
  }

  @Test func aCarriageReturnDoesNotHideANewline() {
    let registry = MetricRegistry()
    _ = registry.counters("a_total", "A.", MetricLabels("name", ["x\r\ny"]))
    #expect(registry.text(.prometheus).unicodeScalars.count { $0 == "\n" } == 3)
    #expect(registry.text(.prometheus).contains("{name=\"x\r\\ny\"}"))
  }

  @Test func theTypesOfContentAreThoseOfTheFormats() {
    #expect(MetricText.Form.prometheus.contentType.hasPrefix("text/plain; version=0.0.4"))
    #expect(MetricText.Form.openMetrics.contentType.hasPrefix("application/openmetrics-text; version=1.0.0"))
  }
}
