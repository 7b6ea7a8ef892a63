extension LuaLibrary {
  /// The table `math`.
  static let math = """
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

    """
}
