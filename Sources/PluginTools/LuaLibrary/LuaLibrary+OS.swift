extension LuaLibrary {
  /// The table `os`.
  static let os = """
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
