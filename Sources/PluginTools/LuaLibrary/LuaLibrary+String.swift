extension LuaLibrary {
  /// The table `string`.
  static let string = """
    ---@class stringlib
    string = {}

    ---Returns bytes of a text as numbers.
    ---@param s string|number The text.
    ---@param i? integer The first; without it 1.
    ---@param j? integer The last; without it the first.
    ---@return integer ...
    function string.byte(s, i, j) end

    ---Makes a text of bytes.
    ---@param ... integer The bytes.
    ---@return string text
    function string.char(...) end

    ---Finds a pattern.
    ---@param s string|number The text.
    ---@param pattern string|number What is looked for.
    ---@param init? integer Where to begin; without it 1.
    ---@param plain? boolean Whether the pattern is taken as it stands.
    ---@return integer? first
    ---@return integer? last
    ---@return any ... The captures.
    function string.find(s, pattern, init, plain) end

    ---Fills in a format: %s, %d, %5.2f, %q, %x and more.
    ---@param format string|number The format.
    ---@param ... any What fills it.
    ---@return string text
    function string.format(format, ...) end

    ---Goes through the matches of a pattern: for match in s:gmatch(pattern).
    ---@param s string|number The text.
    ---@param pattern string|number The pattern.
    ---@param init? integer Where to begin; without it 1.
    ---@return fun(): string, ... iterator
    function string.gmatch(s, pattern, init) end

    ---Replaces the matches of a pattern; returns the text, and how many there were.
    ---@param s string|number The text.
    ---@param pattern string|number The pattern.
    ---@param replacement string|number|table|function A text with %0 to %9, a table by the first capture, or a function of the captures.
    ---@param n? integer How many at most.
    ---@return string text
    ---@return integer count
    function string.gsub(s, pattern, replacement, n) end

    ---Returns the number of bytes.
    ---@param s string|number The text.
    ---@return integer count
    function string.len(s) end

    ---Makes the letters of ASCII small; notilua.text.lower knows every script.
    ---@param s string|number The text.
    ---@return string text
    function string.lower(s) end

    ---Returns the captures of a pattern's first match, or the match.
    ---@param s string|number The text.
    ---@param pattern string|number The pattern.
    ---@param init? integer Where to begin; without it 1.
    ---@return any ...
    function string.match(s, pattern, init) end

    ---Writes values as bytes.
    ---@param format string The format.
    ---@param ... string|number The values.
    ---@return string bytes
    function string.pack(format, ...) end

    ---Returns how many bytes a format stands for.
    ---@param format string The format.
    ---@return integer count
    function string.packsize(format) end

    ---Repeats a text.
    ---@param s string|number The text.
    ---@param n integer How often.
    ---@param separator? string|number What stands between.
    ---@return string text
    function string.rep(s, n, separator) end

    ---Turns the bytes of a text around.
    ---@param s string|number The text.
    ---@return string text
    function string.reverse(s) end

    ---Returns bytes of a text; notilua.text.truncate cuts on a character's border.
    ---@param s string|number The text.
    ---@param i integer The first; a negative one counts from the end.
    ---@param j? integer The last; without it all to the end.
    ---@return string text
    function string.sub(s, i, j) end

    ---Reads values from bytes.
    ---@param format string The format.
    ---@param bytes string The bytes.
    ---@param position? integer Where to begin; without it 1.
    ---@return any ... The values, and where the next begins.
    function string.unpack(format, bytes, position) end

    ---Makes the letters of ASCII capitals; notilua.text.upper knows every script.
    ---@param s string|number The text.
    ---@return string text
    function string.upper(s) end

    """
}
