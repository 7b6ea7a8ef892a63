extension LuaLibrary {
  /// The functions that stand in no table.
  static let globals = """

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

    """
}
