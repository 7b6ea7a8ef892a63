extension LuaLibrary {
  /// The table `utf8`.
  static let utf8 = """
    ---@class utf8lib
    utf8 = {}

    ---The pattern of one character.
    ---@type string
    utf8.charpattern = ""

    ---Makes a text of code points.
    ---@param ... integer
    ---@return string text
    function utf8.char(...) end

    ---Returns code points of a text.
    ---@param s string The text.
    ---@param i? integer The first byte; without it 1.
    ---@param j? integer The last byte; without it the first.
    ---@param lax? boolean Whether code points beyond U+10FFFF are taken.
    ---@return integer ...
    function utf8.codepoint(s, i, j, lax) end

    ---Goes through the characters: for position, code in utf8.codes(s).
    ---@param s string The text.
    ---@param lax? boolean
    ---@return fun(s: string, position?: integer): integer, integer iterator
    ---@return string s
    ---@return integer position
    function utf8.codes(s, lax) end

    ---Returns the number of code points; notilua.text.length counts as people do.
    ---@param s string The text.
    ---@param i? integer The first byte; without it 1.
    ---@param j? integer The last byte; without it -1.
    ---@param lax? boolean
    ---@return integer? count
    ---@return integer? position Where the text is not UTF-8.
    function utf8.len(s, i, j, lax) end

    ---Returns the byte at which the n-th character begins.
    ---@param s string The text.
    ---@param n integer Which; a negative one counts from the end.
    ---@param i? integer From which byte.
    ---@return integer position Or nil.
    function utf8.offset(s, n, i) end

    """
}
