/// The script that completes `notilua` in bash.
enum BashCompletion {
  /// The line of the generated script that tells bash which function completes the program.
  private static let registration = "complete -o filenames -F _notilua notilua"

  /// The generated script, with what bash does by itself where the script offers nothing.
  ///
  /// bash cuts words at `=`, so a value behind one does not come with the option that it belongs to. A value that ends
  /// in `=` goes on with the name of a file.
  static func completed(_ script: String) -> String {
    script.replacing(
      registration,
      with: """
        _notilua_in_bash() {
            local option="${3}"
            if [[ "${option}" == = && COMP_CWORD -ge 2 ]]; then
                option="${COMP_WORDS[COMP_CWORD - 2]}"
                # "junit=NAME": a file.
                [[ "${option}" == -* ]] || return 0
            fi
            _notilua "${1}" "${2}" "${option}"
            [[ "${COMPREPLY[0]}" == *= ]] && compopt +o filenames -o nospace 2>/dev/null
            return 0
        }

        complete -o filenames -o bashdefault -o default -F _notilua_in_bash notilua
        """)
  }

  /// A Boolean value that indicates whether a text is the script that is generated for bash.
  static func isScript(_ text: String) -> Bool {
    text.hasPrefix("#!/bin/bash\n") && text.contains(registration)
  }
}
