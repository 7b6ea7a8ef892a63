/// What the sandbox has of Lua's own library, for editors: their own definitions are of a whole Lua.
enum LuaLibrary {
  /// Definitions in the notation of LuaCATS; a test compares their names with what plugins find.
  static let editorDefinitions = """

    -- Lua's own functions, as far as plugins have them.

    ---@class string: stringlib

    ---The globals.
    ---@type table<string, any>
    _G = {}

    ---Lua's version.
    _VERSION = "Lua 5.4"

    ---Raises an error where a value is nil or false; else returns all arguments.
    ---@generic T
    ---@param v? T The value.
    ---@param message? any The error.
    ---@param ... any
    ---@return T v
    ---@return any ...
    function assert(v, message, ...) end

    ---Raises an error, with the place of the call before a text.
    ---@param message any The error.
    ---@param level? integer Whose place is named: 1 this function's (without it), 2 its caller's, 0 none.
    function error(message, level) end

    ---Goes through a list: for index, value in ipairs(list).
    ---@generic V
    ---@param t V[]|table<integer, V> The list.
    ---@return fun(t: V[], i?: integer): integer, V iterator
    ---@return V[] t
    ---@return integer i
    function ipairs(t) end

    ---Returns the next key of a table and its value.
    ---@generic K, V
    ---@param t table<K, V> The table.
    ---@param key? K The key before; without it the first is returned.
    ---@return K? key
    ---@return V? value
    function next(t, key) end

    ---Goes through a table: for key, value in pairs(t). Objects of a payload come in their order.
    ---@generic K, V
    ---@param t table<K, V>|V[] The table.
    ---@return fun(t: table<K, V>, key?: K): K, V iterator
    ---@return table<K, V> t
    ---@return nil
    function pairs(t) end

    ---Calls a function; an error is returned instead of raised. A limit cannot be caught.
    ---@param f function The function.
    ---@param ... any Its arguments.
    ---@return boolean isGood
    ---@return any ... Its results, or the error.
    function pcall(f, ...) end

    ---Loads a module once: NAME.lua in the plugin's folder, else in lib beside it.
    ---@param name string The module's name.
    ---@return any module
    function require(name) end

    ---Returns its arguments from the n-th on, or their number for "#".
    ---@param n integer|"#" Which is the first; a negative one counts from the end.
    ---@param ... any
    ---@return any ...
    function select(n, ...) end

    ---Reads a number.
    ---@param text any The text, or a number.
    ---@param base? integer The base, 2 to 36; without it as Lua writes numbers.
    ---@return number? number
    function tonumber(text, base) end

    ---Writes a value as text, without addresses.
    ---@param value any The value.
    ---@return string text
    function tostring(value) end

    ---Returns the name of a value's type. An object or array of a payload is a table.
    ---@param value any The value.
    ---@return "nil"|"number"|"string"|"boolean"|"table"|"function"|"userdata" type
    function type(value) end

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

    ---@class tablelib
    table = {}

    ---Joins the texts and numbers of a list.
    ---@param list table The list.
    ---@param separator? string What stands between.
    ---@param i? integer The first; without it 1.
    ---@param j? integer The last; without it the list's.
    ---@return string text
    function table.concat(list, separator, i, j) end

    ---Puts a value into a list.
    ---@overload fun(list: table, value: any)
    ---@param list table The list.
    ---@param position integer Before which element.
    ---@param value any The value.
    function table.insert(list, position, value) end

    ---Copies elements of a list, a million at most.
    ---@param list table The list.
    ---@param first integer The first.
    ---@param last integer The last.
    ---@param position integer Where they go.
    ---@param other? table Into which list; without it the same.
    ---@return table other
    function table.move(list, first, last, position, other) end

    ---Makes a table of its arguments, with their number in the field n.
    ---@param ... any
    ---@return table list
    function table.pack(...) end

    ---Takes an element out of a list.
    ---@param list table The list.
    ---@param position? integer Which; without it the last.
    ---@return any value
    function table.remove(list, position) end

    ---Sorts a list in place.
    ---@generic V
    ---@param list V[] The list.
    ---@param isBefore? fun(a: V, b: V): boolean Whether the first belongs before the second; without it <.
    function table.sort(list, isBefore) end

    ---Returns the elements of a list.
    ---@generic V
    ---@param list V[] The list.
    ---@param i? integer The first; without it 1.
    ---@param j? integer The last; without it the list's.
    ---@return V ...
    function table.unpack(list, i, j) end

    ---@class mathlib
    math = {}

    ---Greater than every other number.
    ---@type number
    math.huge = 0.0

    ---3.1415926535898.
    ---@type number
    math.pi = 0.0

    ---The greatest integer.
    ---@type integer
    math.maxinteger = 0

    ---The least integer.
    ---@type integer
    math.mininteger = 0

    ---Returns a number without its sign.
    ---@generic N: number
    ---@param x N
    ---@return N
    function math.abs(x) end

    ---Returns the arc cosine, in radians.
    ---@param x number
    ---@return number
    function math.acos(x) end

    ---Returns the arc sine, in radians.
    ---@param x number
    ---@return number
    function math.asin(x) end

    ---Returns the arc tangent of y / x, in radians.
    ---@param y number
    ---@param x? number Without it 1.
    ---@return number
    function math.atan(y, x) end

    ---Returns the least whole number that is not less.
    ---@param x number
    ---@return integer
    function math.ceil(x) end

    ---Returns the cosine of an angle in radians.
    ---@param x number
    ---@return number
    function math.cos(x) end

    ---Turns radians into degrees.
    ---@param x number
    ---@return number
    function math.deg(x) end

    ---Returns e to the power of x.
    ---@param x number
    ---@return number
    function math.exp(x) end

    ---Returns the greatest whole number that is not greater.
    ---@param x number
    ---@return integer
    function math.floor(x) end

    ---Returns what is left of x divided by y, with the sign of x.
    ---@generic N: number
    ---@param x N
    ---@param y N
    ---@return N
    function math.fmod(x, y) end

    ---Returns the logarithm.
    ---@param x number
    ---@param base? number Without it e.
    ---@return number
    function math.log(x, base) end

    ---Returns the greatest.
    ---@overload fun(x: integer, ...: integer): integer
    ---@param x number
    ---@param ... number
    ---@return number
    function math.max(x, ...) end

    ---Returns the least.
    ---@overload fun(x: integer, ...: integer): integer
    ---@param x number
    ---@param ... number
    ---@return number
    function math.min(x, ...) end

    ---Returns the whole part of a number, and what is behind its point.
    ---@param x number
    ---@return number whole
    ---@return number fraction
    function math.modf(x) end

    ---Turns degrees into radians.
    ---@param x number
    ---@return number
    function math.rad(x) end

    ---Returns a random number: of 0 to 1 (1 excluded), or a whole one of 1 to m, or of m to n.
    ---@overload fun(): number
    ---@param m integer
    ---@param n? integer
    ---@return integer
    function math.random(m, n) end

    ---Returns the sine of an angle in radians.
    ---@param x number
    ---@return number
    function math.sin(x) end

    ---Returns the square root.
    ---@param x number
    ---@return number
    function math.sqrt(x) end

    ---Returns the tangent of an angle in radians.
    ---@param x number
    ---@return number
    function math.tan(x) end

    ---Returns a number as an integer where it is whole.
    ---@param x any
    ---@return integer? integer
    function math.tointeger(x) end

    ---Returns "integer" or "float", or nil for what is no number.
    ---@param x any
    ---@return "integer"|"float"|nil kind
    function math.type(x) end

    ---Compares two integers as if they had no sign.
    ---@param m integer
    ---@param n integer
    ---@return boolean isLess
    function math.ult(m, n) end

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

    ---@class oslib
    os = {}

    ---Returns the seconds of CPU time so far.
    ---@return number seconds
    function os.clock() end

    ---Writes a time; "*t" makes a table of its parts, "!" before the format is UTC.
    ---@overload fun(format: "*t"|"!*t", time?: number): osdate
    ---@param format? string The format of strftime; without it "%c".
    ---@param time? number Seconds since 1970, whose fraction is left out; without it the time now.
    ---@return string text
    function os.date(format, time) end

    ---Returns the seconds between two times.
    ---@param later number
    ---@param earlier number
    ---@return number seconds
    function os.difftime(later, earlier) end

    ---Returns the time now, or of a table's parts in local time, in seconds since 1970.
    ---@param parts? osdate|{ year: integer, month: integer, day: integer, hour?: integer, min?: integer, sec?: integer, isdst?: boolean }
    ---@return integer seconds
    function os.time(parts) end

    ---@class osdate
    ---@field year integer
    ---@field month integer 1 to 12.
    ---@field day integer 1 to 31.
    ---@field hour integer 0 to 23.
    ---@field min integer
    ---@field sec integer
    ---@field wday integer 1 is Sunday.
    ---@field yday integer 1 is the first of January.
    ---@field isdst boolean

    """
}
