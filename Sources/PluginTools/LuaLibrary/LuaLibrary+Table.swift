extension LuaLibrary {
  /// The table `table`.
  static let table = """
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

    """
}
